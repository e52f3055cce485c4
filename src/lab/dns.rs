//! The lab's DNS: makes the answer to a query (RFC 1035, RFC 2308, RFC 6891).

use std::str::FromStr;

use domain::base::iana::{Class, Opcode, OptRcode, Rcode};
use domain::base::message_builder::{AnswerBuilder, AuthorityBuilder, PushError};
use domain::base::{
    Message, MessageBuilder, Name, ParsedName, Question, Rtype, Serial, StaticCompressor, ToName,
    Ttl,
};
use domain::rdata::{A, Aaaa, Cname, Ns, Ptr, Soa};

use super::hosts::{Transport, canonical};
use super::zone::{NAME_SERVER, Record, Zone};

/// How long an answer may be kept, in seconds.
const TTL: Ttl = Ttl::from_secs(3600);
/// What a datagram may hold when the client says nothing of it (RFC 1035, 4.2.1).
const PLAIN_DATAGRAM: usize = 512;
/// What we put into a datagram at most, whatever the client would take.
const LARGEST_DATAGRAM: u16 = 1232;
/// Aliases of aliases that we follow in one answer.
const LONGEST_CHAIN: usize = 8;

type Wire = StaticCompressor<Vec<u8>>;

/// What the query says of EDNS.
struct Edns {
    datagram: u16,
    version: u8,
}

/// How the server answers: the code of the header, or none where the data decides.
enum Handling<'a> {
    Refuse(OptRcode),
    Look(Question<ParsedName<&'a [u8]>>),
}

/// The answer to `query`, in wire format; none for what deserves no answer: a message too short
/// for a header, or one that is an answer itself. Any bytes are fine.
pub(crate) fn answer(zone: &Zone, query: &[u8], transport: Transport) -> Option<Vec<u8>> {
    let message = Message::from_octets(query).ok()?;
    if message.header().qr() {
        return None;
    }
    let edns = edns(&message);
    let limit = match (transport, &edns) {
        (Transport::Tcp, _) => usize::from(u16::MAX),
        (Transport::Udp, Ok(Some(edns))) => {
            usize::from(edns.datagram.min(LARGEST_DATAGRAM)).max(PLAIN_DATAGRAM)
        }
        (Transport::Udp, _) => PLAIN_DATAGRAM,
    };
    let with_edns = matches!(edns, Ok(Some(_)));
    let verdict = verdict(&message, &edns);
    let whole = compose(zone, &message, &verdict, with_edns, false).ok();
    match whole {
        Some(whole) if whole.len() <= limit => Some(whole),
        _ => compose(zone, &message, &verdict, with_edns, true).ok(),
    }
}

fn edns(message: &Message<&[u8]>) -> Result<Option<Edns>, ()> {
    let mut found = None;
    for record in message.additional().map_err(drop)? {
        let record = record.map_err(drop)?;
        if record.rtype() != Rtype::OPT {
            continue;
        }
        // The class and the TTL of an OPT record are its sizes and flags (RFC 6891, 6.1.2).
        let edns = Edns {
            datagram: record.class().to_int(),
            version: record.ttl().as_secs().to_be_bytes()[1],
        };
        if found.replace(edns).is_some() {
            return Err(());
        }
    }
    Ok(found)
}

fn verdict<'a>(message: &Message<&'a [u8]>, edns: &Result<Option<Edns>, ()>) -> Handling<'a> {
    if message.header().opcode() != Opcode::QUERY {
        return Handling::Refuse(OptRcode::NOTIMP);
    }
    let Ok(edns) = edns else {
        return Handling::Refuse(OptRcode::FORMERR);
    };
    if edns.as_ref().is_some_and(|edns| edns.version > 0) {
        return Handling::Refuse(OptRcode::BADVERS);
    }
    match message.sole_question() {
        Err(_) => Handling::Refuse(OptRcode::FORMERR),
        Ok(question)
            if question.qclass() != Class::IN
                || matches!(question.qtype(), Rtype::AXFR | Rtype::IXFR) =>
        {
            Handling::Refuse(OptRcode::REFUSED)
        }
        Ok(question) => Handling::Look(question),
    }
}

/// Writes the answer; a `truncated` one has no records and asks the client to come by TCP.
fn compose(
    zone: &Zone,
    query: &Message<&[u8]>,
    verdict: &Handling<'_>,
    with_edns: bool,
    truncated: bool,
) -> Result<Vec<u8>, PushError> {
    let mut builder = MessageBuilder::from_target(StaticCompressor::new(Vec::new()))?;
    let header = builder.header_mut();
    header.set_id(query.header().id());
    header.set_qr(true);
    header.set_opcode(query.header().opcode());
    header.set_rd(query.header().rd());
    header.set_ra(true);
    header.set_tc(truncated);
    let mut builder = builder.question();
    let mut rcode = OptRcode::NOERROR;
    if let Ok(question) = query.sole_question() {
        builder.push(question)?;
    }
    let mut builder = builder.answer();
    let mut authority = match verdict {
        Handling::Refuse(refusal) => {
            rcode = *refusal;
            builder.authority()
        }
        Handling::Look(_) if truncated => builder.authority(),
        Handling::Look(question) => {
            builder.header_mut().set_aa(true);
            let found = push_answers(zone, question, &mut builder)?;
            if found == ZoneEntry::NoName {
                rcode = OptRcode::NXDOMAIN;
            }
            let mut authority = builder.authority();
            if found != ZoneEntry::Data {
                push_soa(&mut authority)?;
            }
            authority
        }
    };
    // The upper bits of the code have their place in the OPT record.
    authority
        .header_mut()
        .set_rcode(Rcode::masked_from_int(rcode.to_int().to_be_bytes()[1]));
    let mut additional = authority.additional();
    if with_edns {
        additional.opt(|opt| {
            opt.set_udp_payload_size(LARGEST_DATAGRAM);
            opt.set_rcode(rcode);
            Ok(())
        })?;
    }
    Ok(additional.finish().into_target())
}

#[derive(PartialEq, Eq)]
enum ZoneEntry {
    Data,
    NoData,
    NoName,
}

/// Pushes what the zone has, and what the aliases on the way lead to (RFC 1034, 4.3.2).
fn push_answers(
    zone: &Zone,
    question: &Question<ParsedName<&[u8]>>,
    builder: &mut AnswerBuilder<Wire>,
) -> Result<ZoneEntry, PushError> {
    let qtype = question.qtype();
    let mut name = canonical(&question.qname().to_string());
    for step in 0..=LONGEST_CHAIN {
        let Some(records) = zone.find(&name) else {
            return Ok(ZoneEntry::NoName);
        };
        let alias = records.iter().find_map(|record| match record {
            Record::Cname(target) if !matches!(qtype, Rtype::CNAME | Rtype::ANY) => Some(target),
            _ => None,
        });
        // The first owner keeps the letters' case of the question.
        let owner = |record: &Record, builder: &mut AnswerBuilder<Wire>| match step {
            0 => push(record, question.qname(), builder),
            _ => wire_name(&name).map_or(Ok(()), |owner| push(record, &owner, builder)),
        };
        if let Some(target) = alias {
            owner(&Record::Cname(target.clone()), builder)?;
            name.clone_from(target);
            continue;
        }
        let mut found = ZoneEntry::NoData;
        for record in records.iter().filter(|record| answers(record, qtype)) {
            owner(record, builder)?;
            found = ZoneEntry::Data;
        }
        return Ok(found);
    }
    Ok(ZoneEntry::NoData)
}

fn answers(record: &Record, qtype: Rtype) -> bool {
    let rtype = match record {
        Record::A(_) => Rtype::A,
        Record::Aaaa(_) => Rtype::AAAA,
        Record::Cname(_) => Rtype::CNAME,
        Record::Ptr(_) => Rtype::PTR,
        Record::Ns(_) => Rtype::NS,
        Record::Soa => Rtype::SOA,
    };
    qtype == rtype || qtype == Rtype::ANY
}

fn push(
    record: &Record,
    owner: &impl ToName,
    builder: &mut AnswerBuilder<Wire>,
) -> Result<(), PushError> {
    let name_of = |text: &str| wire_name(text).unwrap_or_else(Name::root_vec);
    match record {
        Record::A(ip) => builder.push((owner, TTL, A::new(*ip))),
        Record::Aaaa(ip) => builder.push((owner, TTL, Aaaa::new(*ip))),
        Record::Cname(target) => builder.push((owner, TTL, Cname::new(name_of(target)))),
        Record::Ptr(target) => builder.push((owner, TTL, Ptr::new(name_of(target)))),
        Record::Ns(target) => builder.push((owner, TTL, Ns::new(name_of(target)))),
        Record::Soa => builder.push((owner, TTL, soa())),
    }
}

/// Says who is sure that there is nothing (RFC 2308): the lab's server answers for the root.
fn push_soa(authority: &mut AuthorityBuilder<Wire>) -> Result<(), PushError> {
    authority.push((Name::root_vec(), TTL, soa()))
}

fn soa() -> Soa<Name<Vec<u8>>> {
    let name_of = |text: &str| wire_name(text).unwrap_or_else(Name::root_vec);
    Soa::new(
        name_of(NAME_SERVER),
        name_of("hostmaster.dns.test"),
        Serial(1),
        TTL,
        TTL,
        TTL,
        TTL,
    )
}

/// `text` as a name on the wire; none where a label or the whole is too long (RFC 1035, 2.3.4).
pub(crate) fn wire_name(text: &str) -> Option<Name<Vec<u8>>> {
    Name::from_str(text).ok()
}
