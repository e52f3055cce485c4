//! Address infos as values: a record of five parts that is also an array.

use rhai::Array;

use super::address;
use super::shown;
use super::{Property, Value, ValueType, property, size};
use crate::net::network;
use crate::repr::{Repr, ReprBuilder};

/// One answer of `getaddrinfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddrInfoValue(network::AddrInfo);

impl AddrInfoValue {
    /// A value for an answer.
    pub(crate) fn new(info: network::AddrInfo) -> Self {
        Self(info)
    }

    /// The answer.
    pub(crate) fn get(&self) -> &network::AddrInfo {
        &self.0
    }

    /// The five parts in their order: family, type, protocol, canonical name, address.
    pub(crate) fn parts(&self) -> Array {
        let rows = Self::PROPERTIES.iter();
        rows.take(5).map(|row| (row.get)(self)).collect()
    }
}

impl Value for AddrInfoValue {
    const TYPE: ValueType = ValueType::AddressInfo;
    const PROPERTIES: &'static [Property<Self>] = &[
        property("family", ValueType::Integer, |info| {
            i64::from(info.0.family).into()
        }),
        property("type", ValueType::Integer, |info| {
            i64::from(info.0.kind).into()
        }),
        property("proto", ValueType::Integer, |info| {
            i64::from(info.0.proto).into()
        }),
        property("canonname", ValueType::Text, |info| {
            info.0.canonname.clone().into()
        }),
        property("addr", ValueType::Array, |info| {
            address::to_dynamic(&info.0.addr)
        }),
        property("len", ValueType::Integer, |info| size(info.parts().len())),
    ];

    fn repr(&self, builder: &mut ReprBuilder) -> Repr {
        let names = Self::PROPERTIES.iter().map(|row| row.name);
        let parts = self.parts();
        let parts = parts.iter().map(|part| shown::build(part, builder));
        Repr::Record(names.zip(parts).collect())
    }
}
