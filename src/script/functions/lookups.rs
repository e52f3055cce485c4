//! The lookups: services, hosts, addresses of hosts, interfaces.

use rhai::{Array, Dynamic};

use crate::net::convert::ip_text;
use crate::net::error::{Cause, Fault};
use crate::net::network::{HostEntry, Network, Query};
use crate::net::target::is_numeric_host;
use crate::net::{interface, lookup};
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::values::{AddrInfoValue, address};

functions! {
    /// What looks names and numbers up.
    pub(crate) static LOOKUPS = {
        /// The port of a service. `protocol` is `"tcp"` or `"udp"`; left out, either will do.
        ///
        /// The name's case matters; aliases such as `"www"` work. Errors: an unknown one is
        /// an error without a number. See getservbyname(3).
        /// ```rhai
        /// getservbyname("ssh");
        /// //> 22
        /// ```
        fn getservbyname(name: Text, protocol: Text = ()) -> Port: Asks;
        /// The name of the service at a port, 0-65535. Errors: no service there.
        /// See getservbyport(3).
        ///
        /// ```rhai
        /// getservbyport(80);
        /// //> "http"
        /// ```
        fn getservbyport(port: Port, protocol: Text = ()) -> Text: Asks;
        /// The number of a protocol. Errors: an unknown name. See getprotobyname(3).
        ///
        /// ```rhai
        /// getprotobyname("tcp") == IPPROTO_TCP;
        /// //> true
        /// ```
        fn getprotobyname(name: Text) -> IPPROTO_: Asks;
        /// The name of this machine. It never fails. See gethostname(2).
        ///
        /// ```rhai
        /// gethostname();
        /// //> "..."
        /// ```
        fn gethostname() -> Text: Asks;
        /// The IPv4 address of a host. For all its addresses, and for IPv6, use `getaddrinfo`.
        ///
        /// A literal address is itself, `""` is 0.0.0.0. Errors: EAI_NONAME for an unknown name,
        /// EAI_AGAIN when no server answers.
        /// ```rhai
        /// gethostbyname("crisewing.com");
        /// //> "108.59.11.99"
        /// ```
        fn gethostbyname(host: Host) -> Host: Asks Waits;
        /// `[canonical name, aliases, addresses]` of a host, IPv4 only.
        ///
        /// Errors: those of `gethostbyname`. See gethostbyname(3).
        /// ```rhai
        /// gethostbyname_ex("www.rad.washington.edu");
        /// //> [
        /// //>   "elladan.rad.washington.edu",
        /// //>   ["www.rad.washington.edu"],
        /// //>   ["128.95.247.84"],
        /// //> ]
        /// ```
        fn gethostbyname_ex(host: Host) -> (Host, [Host], [Host]): Asks Waits;
        /// `[canonical name, aliases, addresses]` of the host at an address: a reverse lookup.
        ///
        /// Errors: HOST_NOT_FOUND when nobody named the address. See gethostbyaddr(3).
        /// ```rhai
        /// gethostbyaddr("128.95.155.135");
        /// //> ["uw.edu", [], ["128.95.155.135"]]
        /// ```
        fn gethostbyaddr(address: Host) -> (Host, [Host], [Host]): Asks Waits;
        /// The full name of a host; without one, of this machine.
        ///
        /// ```rhai
        /// getfqdn("128.95.155.135");
        /// //> "uw.edu"
        /// ```
        fn getfqdn(host: Host = "") -> Host: Asks Waits;
        /// Which sockets could reach a service on a host: a list of address infos, each with
        /// family, type, proto, canonname and addr.
        ///
        /// `host` is a name, an address, or `()` for this machine; `port` a number 0-65535, a
        /// service's name, or `()`. `family`, `type` and `proto` narrow the answer, 0 is any;
        /// `flags` are `AI_*`. Errors: EAI_NONAME, EAI_SERVICE, EAI_FAMILY. See getaddrinfo(3).
        /// ```rhai
        /// getaddrinfo("127.0.0.1", 80, AF_INET, SOCK_STREAM);
        /// //> [[{{AF_INET}}, {{SOCK_STREAM}}, 6, "", ["127.0.0.1", 80]]]
        /// ```
        fn getaddrinfo(
            host: Host,
            port: Port,
            family: AF_ = 0,
            type: SOCK_ = 0,
            proto: IPPROTO_ = 0,
            flags: AI_ = 0,
        ) -> [AddressInfo]: Asks Waits;
        /// `[host, service]` of an address; with `NI_NUMERICHOST | NI_NUMERICSERV` as numbers.
        ///
        /// Errors: EAI_NONAME with NI_NAMEREQD. See getnameinfo(3).
        /// ```rhai
        /// getnameinfo(["127.0.0.1", 80], NI_NUMERICHOST);
        /// //> ["127.0.0.1", "http"]
        /// ```
        fn getnameinfo(address: Address, flags: NI_) -> (Host, Text): Asks Waits;
        /// The network interfaces: a list of `[number, name]`. Errors: ENOBUFS.
        /// See if_nameindex(3).
        ///
        /// ```rhai
        /// if_nameindex()[0][0] >= 1;
        /// //> true
        /// ```
        fn if_nameindex() -> [(Integer, Text)]: Asks;
        /// The number of an interface. Errors: ENODEV. See if_nametoindex(3).
        ///
        /// ```rhai
        /// if_nametoindex(if_indextoname(1));
        /// //> 1
        /// ```
        fn if_nametoindex(name: Text) -> Integer: Asks;
        /// The name of an interface. Errors: ENXIO. See if_indextoname(3).
        ///
        /// ```rhai
        /// if_indextoname(1) == if_nameindex().filter(|pair| pair[0] == 1)[0][1];
        /// //> true
        /// ```
        fn if_indextoname(number: Integer) -> Text: Asks;
    }
}

/// Asks the network: directly where the answer cannot block.
fn ask<T: Send + 'static>(
    call: &Call<'_, '_>,
    host: &str,
    question: impl FnOnce(&dyn Network) -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let caller = &call.context.caller;
    if is_numeric_host(host) || host.is_empty() || host == "<broadcast>" {
        return question(&*caller.network());
    }
    caller.ask(call.function.name, host, question)
}

fn getservbyname(call: &mut Call<'_, '_>) -> CallResult {
    let (name, protocol) = (call.text(0)?, call.optional_text(1)?);
    let port = call
        .context
        .caller
        .network()
        .getservbyname(&name, protocol.as_deref())?;
    Ok(i64::from(port).into())
}

fn getservbyport(call: &mut Call<'_, '_>) -> CallResult {
    let value = call.value(0)?;
    if let Some(text) = value.read_lock::<rhai::ImmutableString>() {
        let mend = if text.parse::<u16>().is_ok() {
            format!("`{}`, not `\"{0}\"`", *text)
        } else {
            format!("not `\"{}\"`", *text)
        };
        return Err(Cause::Type(format!("takes a port number: {mend}")).into());
    }
    let port = address::port(value)?;
    let protocol = call.optional_text(1)?;
    let name = call
        .context
        .caller
        .network()
        .getservbyport(port, protocol.as_deref())?;
    Ok(name.into())
}

fn getprotobyname(call: &mut Call<'_, '_>) -> CallResult {
    let number = call
        .context
        .caller
        .network()
        .getprotobyname(&call.text(0)?)?;
    Ok(i64::from(number).into())
}

fn gethostname(call: &mut Call<'_, '_>) -> CallResult {
    Ok(call.context.caller.network().machine_name()?.into())
}

fn gethostbyname(call: &mut Call<'_, '_>) -> CallResult {
    let host = call.text(0)?.to_string();
    let asked = host.clone();
    Ok(
        ask(call, &host, move |network| network.gethostbyname(&asked))?
            .to_string()
            .into(),
    )
}

fn gethostbyname_ex(call: &mut Call<'_, '_>) -> CallResult {
    let host = call.text(0)?.to_string();
    let asked = host.clone();
    Ok(entry(ask(call, &host, move |network| {
        network.gethostbyname_ex(&asked)
    })?))
}

fn gethostbyaddr(call: &mut Call<'_, '_>) -> CallResult {
    let host = call.text(0)?.to_string();
    let asked = host.clone();
    let caller = &call.context.caller;
    Ok(entry(caller.ask(
        "gethostbyaddr",
        &host,
        move |network| network.gethostbyaddr(&asked),
    )?))
}

fn entry(found: HostEntry) -> Dynamic {
    let texts = |list: Vec<String>| list.into_iter().map(Dynamic::from).collect::<Array>();
    let addresses = found.addresses.iter().copied().map(ip_text).collect();
    let parts: Array = vec![
        found.name.into(),
        texts(found.aliases).into(),
        texts(addresses).into(),
    ];
    parts.into()
}

fn getfqdn(call: &mut Call<'_, '_>) -> CallResult {
    let host = call.text(0)?.to_string();
    let asked = host.clone();
    let caller = &call.context.caller;
    Ok(caller
        .ask("getfqdn", &host, move |network| {
            lookup::getfqdn(network, &asked)
        })?
        .into())
}

fn getaddrinfo(call: &mut Call<'_, '_>) -> CallResult {
    let service = match call.optional(1) {
        None => None,
        Some(value) if value.is_int() => Some(address::port(value)?.to_string()),
        Some(_) => {
            let text = call
                .text(1)
                .map_err(|_| call.takes(1, "a port number or a service's name"))?;
            Some(text.to_string())
        }
    };
    let host = call
        .optional(0)
        .map(|_| call.text(0).map(|host| host.to_string()))
        .transpose()?;
    let about = host.clone().unwrap_or_default();
    let query = Query {
        host,
        service,
        family: call.c_int(2)?,
        kind: call.c_int(3)?,
        proto: call.c_int(4)?,
        flags: call.c_int(5)?,
    };
    let network = call.context.caller.network();
    // A flag may ask for more, such as the canonical name.
    let at_hand = query.flags == 0 && network.is_at_hand(&about, query.family);
    let answers = if at_hand {
        network.getaddrinfo(&query)?
    } else {
        ask(call, &about, move |network| network.getaddrinfo(&query))?
    };
    let infos: Array = answers
        .into_iter()
        .map(|info| Dynamic::from(AddrInfoValue::new(info)))
        .collect();
    Ok(infos.into())
}

fn getnameinfo(call: &mut Call<'_, '_>) -> CallResult {
    let (target, taken) = address::target(call, 0, address::family_of(call, 0))?;
    let flags = call.c_int(taken)?;
    let about = target.to_string();
    let asked = move |network: &dyn Network| {
        network.getnameinfo(&lookup::literal_address(network, &target)?, flags)
    };
    let (host, service) = call.context.caller.ask("getnameinfo", &about, asked)?;
    let pair: Array = vec![host.into(), service.into()];
    Ok(pair.into())
}

fn if_nameindex(call: &mut Call<'_, '_>) -> CallResult {
    let network = call.context.caller.network();
    let pairs = interface::if_nameindex(&*network)?
        .into_iter()
        .map(|(number, name)| {
            let pair: Array = vec![i64::from(number).into(), name.into()];
            Dynamic::from(pair)
        });
    Ok(pairs.collect::<Array>().into())
}

fn if_nametoindex(call: &mut Call<'_, '_>) -> CallResult {
    let network = call.context.caller.network();
    Ok(i64::from(interface::if_nametoindex(&*network, &call.text(0)?)?).into())
}

fn if_indextoname(call: &mut Call<'_, '_>) -> CallResult {
    let network = call.context.caller.network();
    Ok(interface::if_indextoname(&*network, call.int(0)?)?.into())
}
