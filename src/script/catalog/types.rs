//! What a parameter takes and what a call returns: more than its type in memory, as far as a row
//! can say it.

use rhai::{Array, Dynamic};

use crate::script::values::ValueType;

/// What a parameter takes, or what a call returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Anything at all, or what only evaluating tells.
    Any,
    /// Anything, the `socket` object too.
    Object,
    /// A value of this type.
    Is(ValueType),
    /// An integer or a float.
    Number,
    /// What can be sent: bytes, or text as UTF-8.
    Data,
    /// `["127.0.0.1", 80]`, a Unix socket's path, or nothing where a peer has none.
    Address,
    /// A host's name or its address in text.
    Host,
    /// A port's number; where a call looks it up, a service's name too.
    Port,
    /// A path in the file system.
    Path,
    /// How many: an integer from 0 on.
    Count,
    /// A descriptor's number; as a parameter also a socket or a file that has one.
    Descriptor,
    /// Seconds, an integer or a float; nothing is for ever.
    Seconds,
    /// Milliseconds; nothing is for ever.
    Milliseconds,
    /// True or false; an integer counts as in C.
    Switch,
    /// One of the constants whose names begin so.
    Constant(&'static str),
    /// Constants whose names begin so, joined by `|`.
    Flags(&'static str),
    /// An option of the level that the parameter before it names.
    SocketOption,
    /// What the receiver is: an array with its parts.
    Receiver,
    /// An array of these.
    Many(&'static Type),
    /// An array of these parts.
    Parts(&'static [Type]),
    /// One of these.
    OneOf(&'static [Type]),
}

/// Names for the types of values and the families of constants, so that a row is short.
#[allow(non_upper_case_globals)]
impl Type {
    pub(crate) const Nothing: Self = Self::Is(ValueType::Nothing);
    pub(crate) const Boolean: Self = Self::Is(ValueType::Boolean);
    pub(crate) const Integer: Self = Self::Is(ValueType::Integer);
    pub(crate) const Float: Self = Self::Is(ValueType::Float);
    pub(crate) const Text: Self = Self::Is(ValueType::Text);
    pub(crate) const Bytes: Self = Self::Is(ValueType::Bytes);
    pub(crate) const Bytearray: Self = Self::Is(ValueType::Bytearray);
    pub(crate) const Array: Self = Self::Is(ValueType::Array);
    pub(crate) const Map: Self = Self::Is(ValueType::Map);
    pub(crate) const Dict: Self = Self::Is(ValueType::Dict);
    pub(crate) const Range: Self = Self::Is(ValueType::Range);
    pub(crate) const Socket: Self = Self::Is(ValueType::Socket);
    pub(crate) const AddressInfo: Self = Self::Is(ValueType::AddressInfo);
    pub(crate) const File: Self = Self::Is(ValueType::File);
    pub(crate) const Poller: Self = Self::Is(ValueType::Poller);
    pub(crate) const AF_: Self = Self::Constant("AF_");
    pub(crate) const SOCK_: Self = Self::Constant("SOCK_");
    pub(crate) const IPPROTO_: Self = Self::Constant("IPPROTO_");
    pub(crate) const SHUT_: Self = Self::Constant("SHUT_");
    pub(crate) const SOL_: Self = Self::Constant("SOL_");
    pub(crate) const AI_: Self = Self::Flags("AI_");
    pub(crate) const NI_: Self = Self::Flags("NI_");
    pub(crate) const MSG_: Self = Self::Flags("MSG_");
    pub(crate) const POLL: Self = Self::Flags("POLL");
}

impl Type {
    /// The one type of value that it is, as far as a row tells: where nothing may come instead,
    /// that is left out of account.
    pub(crate) fn value_type(self) -> Option<ValueType> {
        match self {
            Self::Is(found) => Some(found),
            Self::Host | Self::Path => Some(ValueType::Text),
            Self::Count
            | Self::Descriptor
            | Self::Port
            | Self::Constant(_)
            | Self::Flags(_)
            | Self::SocketOption => Some(ValueType::Integer),
            Self::Seconds | Self::Milliseconds => Some(ValueType::Float),
            Self::Switch => Some(ValueType::Boolean),
            Self::Address | Self::Many(_) | Self::Parts(_) => Some(ValueType::Array),
            Self::OneOf(choices) => {
                let mut found = choices.iter().filter_map(|choice| match choice {
                    Self::Is(ValueType::Nothing) => None,
                    other => Some(other.value_type()),
                });
                let first = found.next()??;
                found.all(|other| other == Some(first)).then_some(first)
            }
            Self::Any | Self::Object | Self::Receiver | Self::Number | Self::Data => None,
        }
    }

    /// How the constants begin that it takes; a socket's option is told by the level before it.
    pub(crate) fn constants(self) -> Option<&'static str> {
        match self {
            Self::Constant(prefix) | Self::Flags(prefix) => Some(prefix),
            Self::OneOf(choices) => choices.iter().find_map(|choice| choice.constants()),
            _ => None,
        }
    }

    /// Whether a value that a call returned is of this type.
    pub(crate) fn admits(self, value: &Dynamic) -> bool {
        let of = ValueType::of(value);
        let elements = |fits: &dyn Fn(&Array) -> bool| {
            let array = value.read_lock::<Array>();
            array.is_some_and(|array| fits(&array))
        };
        match self {
            Self::Any | Self::Object | Self::Receiver => true,
            Self::Number => matches!(of, ValueType::Integer | ValueType::Float),
            Self::Data => matches!(of, ValueType::Bytes | ValueType::Text),
            Self::Address => {
                let pair = elements(&|array| (2..=4).contains(&array.len()));
                pair || matches!(of, ValueType::Text | ValueType::Bytes | ValueType::Nothing)
            }
            Self::Seconds => matches!(of, ValueType::Float | ValueType::Nothing),
            Self::Count => value.as_int().is_ok_and(|count| count >= 0),
            Self::Many(each) => elements(&|array| array.iter().all(|part| each.admits(part))),
            Self::Parts(parts) => elements(&|array| {
                let mut pairs = parts.iter().zip(array);
                parts.len() == array.len() && pairs.all(|(part, value)| part.admits(value))
            }),
            Self::OneOf(choices) => choices.iter().any(|choice| choice.admits(value)),
            other => other.value_type() == Some(of),
        }
    }
}

/// How the options of a level begin: `SOL_SOCKET` has `SO_`, `IPPROTO_TCP` has `TCP_`.
pub(crate) fn options_of(level: &str) -> Option<&'static str> {
    let level = level.trim_start_matches("socket.");
    let protocol = level
        .strip_prefix("IPPROTO_")
        .or(level.strip_prefix("SOL_"))?;
    match protocol {
        "SOCKET" => Some("SO_"),
        "TCP" => Some("TCP_"),
        "IP" => Some("IP_"),
        "IPV6" => Some("IPV6_"),
        "UDP" => Some("UDP_"),
        "CAN_RAW" => Some("CAN_RAW_"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rhai::{Array, Dynamic};

    use super::Type;
    use crate::script::values::{Bytes, ValueType};

    #[test]
    fn a_result_is_held_against_its_type_part_by_part() {
        let pair = |first: Dynamic, second: Dynamic| Dynamic::from(vec![first, second] as Array);
        let bytes = || Dynamic::from(Bytes::new(vec![1]));
        let received = Type::Parts(&[Type::Bytes, Type::Address]);
        assert!(received.admits(&pair(bytes(), Dynamic::UNIT)));
        assert!(received.admits(&pair(bytes(), pair("::1".into(), 80_i64.into()))));
        assert!(!received.admits(&pair(1_i64.into(), Dynamic::UNIT)));
        assert!(!received.admits(&bytes()));
        assert!(Type::Many(&Type::Count).admits(&pair(1_i64.into(), 0_i64.into())));
        assert!(!Type::Many(&Type::Count).admits(&pair(1_i64.into(), (-1_i64).into())));
    }

    #[test]
    fn nothing_beside_a_type_leaves_that_type() {
        let maybe = Type::OneOf(&[Type::Map, Type::Nothing]);
        assert_eq!(maybe.value_type(), Some(ValueType::Map));
        let either = Type::OneOf(&[Type::Text, Type::Bytes]);
        assert_eq!(either.value_type(), None);
    }
}
