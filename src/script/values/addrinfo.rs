//! Address infos as values: a record of five parts that is also an array.

use rhai::Array;

use super::address;
use super::{Shown, Value};
use crate::net::network;

/// One answer of `getaddrinfo`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AddrInfo(network::AddrInfo);

impl AddrInfo {
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
        vec![
            i64::from(self.0.family).into(),
            i64::from(self.0.kind).into(),
            i64::from(self.0.proto).into(),
            self.0.canonname.clone().into(),
            address::to_dynamic(&self.0.addr),
        ]
    }
}

impl Value for AddrInfo {
    const NAME: &'static str = "address info";

    fn shown(&self) -> Shown {
        Shown::List(self.parts())
    }
}
