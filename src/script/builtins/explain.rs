//! `explain`: what a value means, in words.

use rhai::{Array, Dynamic, ImmutableString, Map};

use crate::net::address::Address;
use crate::net::convert::ip_text;
use crate::net::network::Network;
use crate::net::numbers::AF_UNIX;
use crate::net::open_sockets::SocketReport;
use crate::net::{class, constants};
use crate::script::catalog::{Call, CallResult, functions};
use crate::script::suggest::advice;
use crate::script::values::shown;
use crate::script::values::{AddrInfoValue, SocketModule, SocketValue};

functions! {
    /// What says what a value means.
    pub(crate) static EXPLAIN = {
        /// Prints what a value means: an error (what usually causes it, what to try), an address
        /// info (its numbers as names), a socket (its state, addresses and options), an address
        /// (which class of address and port it is). With a family, an error's name is explained
        /// for a socket of that family.
        ///
        /// ```rhai
        /// explain(["127.0.0.1", 80]);
        /// //> 127.0.0.1  loopback: this machine itself, nothing leaves it (RFC 1122)
        /// //> port 80    well-known (1-1023): for services that everybody agreed on; http
        /// ```
        fn explain(object: Object, family: AF_ = ()) -> Nothing: Prints Asks;
    }
}

fn explain(call: &mut Call<'_, '_>) -> CallResult {
    let value = call.value(0)?;
    let lines = if let Some(socket) = value.read_lock::<SocketValue>() {
        of_socket(call, &socket)
    } else if let Some(info) = value.read_lock::<AddrInfoValue>() {
        of_info(call, &info)
    } else if value.is::<SocketModule>() {
        vec!["the names of Python's `socket` module: `dir(socket)` lists them".into()]
    } else if let Some(map) = value.read_lock::<Map>() {
        of_map(&map)
    } else {
        of_plain(call, value)
    };
    for line in lines {
        call.context.output.print(&line);
    }
    Ok(Dynamic::UNIT)
}

fn text_of(value: Option<&Dynamic>) -> Option<ImmutableString> {
    value?.clone().into_immutable_string().ok()
}

/// A thrown error, or another map.
fn of_map(map: &Map) -> Vec<String> {
    let Some(message) = text_of(map.get("message")) else {
        return vec![format!("a map of {} keys", map.len())];
    };
    let mut lines = Vec::new();
    let call = text_of(map.get("call")).unwrap_or_default();
    let name = text_of(map.get("name"));
    match &name {
        Some(name) => {
            let family = family_of(map.get("family"));
            let about = meaning(name, family);
            lines.push(format!("`{call}` failed: {message} ({name})"));
            lines.extend((!about.is_empty()).then(|| format!("meaning  {about}")));
            lines.extend(of_error(name, family));
        }
        None => {
            lines.push(format!("`{call}` failed: {message}"));
            let about = match text_of(map.get("kind")).as_deref() {
                Some("Interrupted") => "meaning  Ctrl-C ended the wait",
                Some("TimedOut") => "meaning  the socket's timeout ran out before anything came",
                Some("WrongType") => "meaning  an argument is of another type than the call takes",
                _ => "",
            };
            lines.extend((!about.is_empty()).then(|| about.to_string()));
        }
    }
    if let Some(note) = text_of(map.get("note")) {
        lines.push(format!("note     {note}"));
    }
    lines
}

/// The family that a part of an error, or an argument, says.
fn family_of(value: Option<&Dynamic>) -> Option<i64> {
    value?.as_int().ok()
}

/// What a constant means; nothing where its words are those of ports, and the socket has a path.
fn meaning(name: &str, family: Option<i64>) -> &'static str {
    if family == Some(AF_UNIX.into()) && advice::is_other_locally(name) {
        return "";
    }
    constants::find(name).map_or("", |constant| constant.doc)
}

/// Causes and tries of an error of a socket of this family, the internet's where none is said.
fn of_error(name: &str, family: Option<i64>) -> Vec<String> {
    let is_local = family == Some(AF_UNIX.into());
    let Some(advice) = advice::find(name, is_local) else {
        return Vec::new();
    };
    let causes = advice
        .causes
        .iter()
        .map(|cause| format!("cause    {cause}"));
    let tries = advice
        .tries
        .iter()
        .map(|attempt| format!("try      {attempt}"));
    causes.chain(tries).collect()
}

/// A constant's name, a text, a number, an address.
fn of_plain(call: &Call<'_, '_>, value: &Dynamic) -> Vec<String> {
    if let Some(parts) = value.read_lock::<Array>() {
        let host = text_of(parts.first());
        let port = parts.get(1).and_then(|port| port.as_int().ok());
        if let (Some(host), Some(port), 2..=4) = (host, port, parts.len()) {
            return of_address(call, &host, port);
        }
        return vec![format!("an array of {}", parts.len())];
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        if let Some(constant) = constants::find(&text) {
            let family = family_of(call.optional(1));
            let head = format!("{} = {}", constant.name, constant.value);
            let mut lines = vec![match meaning(&text, family) {
                "" => head,
                about => format!("{head}  {about}"),
            }];
            lines.extend(of_error(&text, family));
            return lines;
        }
        if text.parse::<std::net::IpAddr>().is_ok() {
            return vec![format!("{}  {}", *text, class_of(&text))];
        }
        return vec![format!("a text of {} characters", text.chars().count())];
    }
    if let Ok(number) = value.as_int() {
        return of_number(call, number);
    }
    vec![shown::describe(value)]
}

/// What a number may be: an error, a port.
fn of_number(call: &Call<'_, '_>, number: i64) -> Vec<String> {
    let mut lines = Vec::new();
    for (prefix, what) in [
        ("E", "as an error"),
        ("AF_", "as a family"),
        ("SOCK_", "as a type"),
        ("IPPROTO_", "as a protocol"),
    ] {
        if let Some(name) = constants::name_of(prefix, number) {
            let about = constants::find(name).map_or("", |constant| constant.doc);
            lines.push(format!("{what}: {name}, {about}"));
        }
    }
    if let Ok(port) = u16::try_from(number) {
        lines.push(format!("as a port: {}", port_class(call, port)));
    }
    if lines.is_empty() {
        lines.push(format!("the number {number}"));
    }
    lines
}

fn class_of(host: &str) -> &'static str {
    match host.split('%').next().unwrap_or_default().parse() {
        Ok(ip) => class::address(ip),
        Err(_) if host.is_empty() => "every address of this machine, when bound to",
        Err(_) => "a name: a lookup finds its addresses",
    }
}

fn port_class(call: &Call<'_, '_>, port: u16) -> String {
    let network = call.context.caller.network();
    let network: &dyn Network = &*network;
    let service = network.getservbyport(port, None);
    match service {
        Ok(service) => format!("{}; {service}", class::port(port)),
        Err(_) => class::port(port).into(),
    }
}

fn of_address(call: &Call<'_, '_>, host: &str, port: i64) -> Vec<String> {
    let of_port = match u16::try_from(port) {
        Ok(number) => port_class(call, number),
        Err(_) => "no port: they go from 0 to 65535".into(),
    };
    let port = format!("port {port}");
    let of_host = class_of(host);
    let host = if host.is_empty() { "\"\"" } else { host };
    // Both descriptions begin in one column.
    let width = host.chars().count().max(port.chars().count());
    vec![
        format!("{host:<width$}  {of_host}"),
        format!("{port:<width$}  {of_port}"),
    ]
}

/// `2  AF_INET`, and what it means.
fn named(label: &str, prefix: &str, value: i32) -> String {
    let name = constants::name_of(prefix, value.into());
    let about = name
        .and_then(constants::find)
        .map_or("", |constant| constant.doc);
    format!("{label:<10}{value:<5}{}  {about}", name.unwrap_or("?"))
        .trim_end()
        .to_string()
}

fn proto(value: i32) -> String {
    if value == 0 {
        return "proto     0    the usual one of family and type".into();
    }
    named("proto", "IPPROTO_", value)
}

fn of_info(call: &Call<'_, '_>, info: &AddrInfoValue) -> Vec<String> {
    let info = info.get();
    let mut lines = vec![
        "a socket that reaches the service:".to_string(),
        named("family", "AF_", info.family),
        named("type", "SOCK_", info.kind),
        proto(info.proto),
    ];
    if !info.canonname.is_empty() {
        lines.push(format!(
            "canonname {}  the host's proper name",
            info.canonname
        ));
    }
    lines.push(format!("addr      {}  where to connect", info.addr.repr()));
    lines.extend(classes(call, &info.addr));
    lines
}

fn classes(call: &Call<'_, '_>, address: &Address) -> Vec<String> {
    match address {
        Address::Inet(inet) => of_address(call, &ip_text(inet.ip()), inet.port().into())
            .into_iter()
            .map(|line| format!("          {line}"))
            .collect(),
        _ => Vec::new(),
    }
}

fn of_socket(call: &Call<'_, '_>, socket: &SocketValue) -> Vec<String> {
    let mut lines = vec![
        named("family", "AF_", socket.family),
        named("type", "SOCK_", socket.kind),
        proto(socket.proto),
    ];
    let sockets = call.context.caller.status().sockets();
    let Some(report) = sockets.report_of(socket.fileno()) else {
        lines.insert(
            0,
            "a socket that is closed: nothing can be done with it any more".into(),
        );
        return lines;
    };
    lines.insert(
        0,
        format!(
            "an open socket, descriptor {}: {}",
            report.fd,
            stage(&report)
        ),
    );
    lines.extend(
        report
            .state
            .map(|state| format!("state     {state}{}", about_state(state))),
    );
    let shown = |label: &str, found: &Option<Address>| {
        let found = found.as_ref()?;
        Some(format!("{label:<10}{}", found.repr()))
    };
    lines.extend(shown("local", &report.own));
    lines.extend(shown("remote", &report.peer));
    if let Some((callers, most)) = report.queue {
        lines.push(format!(
            "queue     {callers} callers wait for `accept`; {most} may queue"
        ));
    }
    if let (Some(come), Some(sent)) = (report.bytes_in, report.bytes_out) {
        lines.push(format!(
            "bytes     {come} wait for `recv`, {sent} are not acknowledged yet"
        ));
    }
    let waits = match socket.timeout() {
        None => "calls wait as long as it takes".to_string(),
        Some(time) if time.is_zero() => "calls do not wait at all".to_string(),
        Some(time) => format!("calls wait {} s at most", time.as_secs_f64()),
    };
    lines.push(format!("timeout   {waits}"));
    let options = options_set(call, socket);
    if !options.is_empty() {
        lines.push(format!("options   {}", options.join(", ")));
    }
    lines
}

fn stage(report: &SocketReport) -> &'static str {
    let has_port = match &report.own {
        Some(Address::Inet(own)) => own.port() != 0,
        Some(Address::Unix(path)) => !path.is_empty(),
        _ => false,
    };
    match (report.state, &report.peer) {
        (Some("LISTEN"), _) => "it listens for callers",
        (_, Some(_)) => "it has a peer",
        _ if has_port => "it has an address of its own, and no peer",
        _ => "fresh: neither bound nor connected",
    }
}

/// What a TCP state means (RFC 9293).
fn about_state(state: &str) -> &'static str {
    match state {
        "LISTEN" => "  callers may connect",
        "SYN_SENT" => "  called, no answer yet",
        "SYN_RECV" => "  a call has come, the greeting is not over",
        "ESTABLISHED" => "  both sides may send",
        "FIN_WAIT1" => "  this side has ended its sending, the peer has not confirmed it",
        "FIN_WAIT2" => "  this side has ended its sending, the peer may still send",
        "CLOSE_WAIT" => "  the peer has ended its sending; this side should close",
        "LAST_ACK" | "CLOSING" => "  both sides have ended, the last word is on its way",
        "TIME_WAIT" => "  over; the port rests a minute, in case of late packets",
        "CLOSED" => "  no connection",
        _ => "",
    }
}

/// The options that somebody may have set, as far as they are.
fn options_set(call: &Call<'_, '_>, socket: &SocketValue) -> Vec<String> {
    let of_all = [
        "SO_REUSEADDR",
        "SO_REUSEPORT",
        "SO_KEEPALIVE",
        "SO_BROADCAST",
    ];
    let switches = of_all.map(|option| ("SOL_SOCKET", option));
    let tcp = [("IPPROTO_TCP", "TCP_NODELAY")];
    let sizes = [("SOL_SOCKET", "SO_RCVBUF"), ("SOL_SOCKET", "SO_SNDBUF")];
    let value = |(level, option): (&str, &str)| {
        let number = |name: &str| i32::try_from(constants::find(name)?.value).ok();
        let (level, number) = (number(level)?, number(option)?);
        let caller = &call.context.caller;
        let asked = caller
            .tracer()
            .pause(|| socket.getsockopt(caller, level, number));
        let found = asked.ok()?;
        (found != 0).then(|| format!("{option} = {found}"))
    };
    let all = switches.into_iter().chain(tcp).chain(sizes);
    all.filter_map(value).collect()
}
