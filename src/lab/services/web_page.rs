//! The pages that the lab's web sites show.

use std::fmt::Write;

const STORY: &str = "\
<p>You asked for this page with a socket, and it came back through the same one. Here is what\n\
happened on the way.</p>\n\
<ol>\n\
<li>Your program looked a name up and got an address: a number that says which machine.</li>\n\
<li>It made a socket: an end of a line that is not connected to anything yet.</li>\n\
<li>It connected the socket to the address and to port 80. The port says which program on that\n\
machine is meant; the program there was listening, and accepted.</li>\n\
<li>It sent a few lines of text. They begin with a verb, GET, and end with an empty line, because\n\
that is what the two programs agreed on. The agreement is called HTTP.</li>\n\
<li>The bytes of this page came back, in pieces. Nobody promised how large each piece would be:\n\
the network keeps the order of bytes and loses none, and that is all it promises.</li>\n\
</ol>\n\
<p>How does a program know that it has everything? There are three honest ways. The sender says\n\
at the start how much will follow: look for Content-Length among the first lines of this reply.\n\
Or both agree on a mark that ends the message. Or the sender closes, and the receiver gets a piece\n\
of no bytes at all. A piece that is shorter than the buffer proves nothing; here it happens to\n\
work, because the whole reply was sent at once and the way was short.</p>\n\
<h2>All there is to send</h2>\n\
<p>Only bytes travel. There are 256 of them, and everything else is what people agree that they\n\
mean: numbers, text, pictures, this page. Here they are, in tens, in sixteens, and as ASCII where\n\
ASCII has a sign for them.</p>\n";

/// A page of exactly `length` bytes, which must be room enough for its story (about 16 KB).
pub(crate) fn padded(host: &str, length: usize) -> String {
    const FILLER: &str =
        "this line is here so that the page has the length that the lesson counts\n";
    let mut page = start(host);
    page.push_str(STORY);
    page.push_str("<table>\n");
    for byte in 0..=u8::MAX {
        let sign = match byte {
            b'<' => "&lt;".to_owned(),
            b'>' => "&gt;".to_owned(),
            b'&' => "&amp;".to_owned(),
            0x21..=0x7e => char::from(byte).to_string(),
            _ => String::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            page,
            "<tr><td>{byte}</td><td>0x{byte:02x}</td><td>{sign}</td></tr>"
        );
    }
    page.push_str("</table>\n<!--\n");
    let end = "-->\n</body>\n</html>\n";
    let mut missing = length.saturating_sub(page.len() + end.len());
    while missing > 0 {
        let piece = &FILLER[FILLER.len() - missing.min(FILLER.len())..];
        page.push_str(piece);
        missing -= piece.len();
    }
    page.push_str(end);
    page
}

/// A page of a few lines.
pub(crate) fn short(host: &str) -> String {
    start(host)
        + "<p>This machine stands in the lab, inside your own computer. It has a name, an address\n\
           and this page, and it would answer the same to everybody.</p>\n</body>\n</html>\n"
}

/// A page that says what was wrong with a request.
pub(crate) fn error(status: &str, advice: &str) -> String {
    format!("<!doctype html>\n<html>\n<title>{status}</title>\n<p>{advice}</p>\n</html>\n")
}

fn start(host: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><title>{host}</title></head>\n<body>\n\
         <h1>Welcome to {host}</h1>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::padded;

    #[test]
    fn a_padded_page_has_exactly_the_length_asked_for() {
        for length in 19_250..19_400 {
            assert_eq!(padded("crisewing.com", length).len(), length);
        }
    }
}
