//! Address infos as values: a record of five parts that is also an array.

use rhai::Array;

use super::Value;
use super::{address, shown};
use crate::net::network;
use crate::repr::{Repr, ReprBuilder};

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

    fn repr(&self, builder: &mut ReprBuilder) -> Repr {
        let names = ["family", "type", "proto", "canonname", "addr"];
        let parts = self.parts();
        let parts = parts.iter().map(|part| shown::build(part, builder));
        Repr::Record(names.into_iter().zip(parts).collect())
    }
}
