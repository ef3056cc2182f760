//! Which URLs a webhook endpoint may have.

use url::{Host, Url};

use super::check_webhook_address;
use crate::{Error, ErrorCode, Result, text};

/// The longest URL taken, in characters, as given and as normalised (charger-registry contract, field `url`).
pub const MAX_URL_CHARS: usize = 2048;

/// Names that lead to the host's own network and never to a public one, with every name below them.
const LOCAL_NAMES: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// The URL of a webhook endpoint in normal form, by the rules of the WHATWG URL standard (DECISIONS 10).
///
/// It is `https`, names a public host and holds neither user name, password nor fragment; any port but 0 is allowed. A
/// host written as an address in any way that a browser would read as one (`0x7f.1`, `2130706433`, `[::1]`) is checked by
/// [`check_webhook_address`] at once; a name must be checked by it when it is resolved, at every delivery. Store and call
/// what is returned: two programs may read the text as given in two ways.
///
/// # Errors
///
/// At `url`: [`ErrorCode::Empty`], [`ErrorCode::TooLong`], [`ErrorCode::InvalidUrl`], and [`ErrorCode::ForbiddenAddress`]
/// for an address or a name that is no public host (`localhost`, a name without a dot, one below `.local`, `.internal`,
/// `.home.arpa` or `.localhost`).
///
/// ```
/// use tierra::{ErrorCode, webhook::check_webhook_url};
/// assert_eq!(check_webhook_url("HTTPS://Hooks.Example.com:443/a/../b")?, "https://hooks.example.com/b");
/// assert_eq!(check_webhook_url("http://hooks.example.com/").unwrap_err().code(), ErrorCode::InvalidUrl);
/// assert_eq!(check_webhook_url("https://0x7f.1/").unwrap_err().code(), ErrorCode::ForbiddenAddress);
/// # Ok::<(), tierra::Error>(())
/// ```
pub fn check_webhook_url(url: &str) -> Result<String> {
    check_url(url).map_err(|error| error.under("url"))
}

fn check_url(given: &str) -> Result<String> {
    text::check_text("", given, MAX_URL_CHARS, "an https URL")?;
    // The standard drops blanks and line breaks and reads `\` as `/`; other programs do not.
    if let Some(character) = given.chars().find(|c| c.is_whitespace() || c.is_control() || *c == '\\') {
        return Err(invalid(&format!("holds {}; expected an https URL without it", text::name(character))));
    }
    // What may hold a password is not shown.
    let shown = if given.contains('@') { "the text".to_owned() } else { format!("`{}`", text::excerpt(given)) };
    let url = Url::parse(given).map_err(|why| invalid(&format!("{shown} is no URL ({why}); expected an https URL")))?;
    let has_slashes = given.get("https:".len()..).is_some_and(|rest| rest.starts_with("//"));
    if url.scheme() != "https" || !has_slashes {
        return Err(invalid(&format!("{shown} is not https; expected a URL that starts with `https://`")));
    }
    // Neither message shows the text: it holds a password.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("holds a user name or password; expected none"));
    }
    if url.fragment().is_some() {
        return Err(invalid(&format!("{shown} has a fragment; expected none: it would not be sent")));
    }
    if url.port() == Some(0) {
        return Err(invalid(&format!("{shown} has port 0; expected 1 to 65535")));
    }
    check_host(&url)?;
    let normal = String::from(url);
    text::check_text("", &normal, MAX_URL_CHARS, "an https URL")?;
    Ok(normal)
}

fn check_host(url: &Url) -> Result<()> {
    let address = match url.host() {
        Some(Host::Domain(name)) => return check_name(name),
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        None => return Err(invalid("has no host; expected an https URL with one")),
    };
    // What is wrong stands in the URL, not in an `address` of its own.
    check_webhook_address(address).map_err(|error| Error::new(error.code(), "", error.message()))
}

/// Names are in lower case here: the parser made them so.
fn check_name(name: &str) -> Result<()> {
    let plain = name.strip_suffix('.').unwrap_or(name);
    if plain.split('.').any(str::is_empty) {
        return Err(invalid(&format!("`{}` has an empty part; expected the name of a host", text::excerpt(name))));
    }
    let below = |local: &str| plain == local || plain.strip_suffix(local).is_some_and(|rest| rest.ends_with('.'));
    if plain.contains('.') && !LOCAL_NAMES.into_iter().any(below) {
        return Ok(());
    }
    let message = format!("`{}` is a name of a local network; expected a public host", text::excerpt(name));
    Err(Error::new(ErrorCode::ForbiddenAddress, "", message))
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorCode::InvalidUrl, "", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn public_hosts_pass_in_normal_form() {
        for (given, normal) in [
            ("https://hooks.example.com", "https://hooks.example.com/"),
            ("HTTPS://EXAMPLE.com:8443/Path?q=1", "https://example.com:8443/Path?q=1"),
            ("https://8.8.8.8/", "https://8.8.8.8/"),
            ("https://134744072/", "https://8.8.8.8/"),
            ("https://[2606:4700::1111]/", "https://[2606:4700::1111]/"),
            ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
            ("https://example.com./", "https://example.com./"),
            ("https://localhost.example.com/", "https://localhost.example.com/"),
            ("https://notlocal.internals.example/", "https://notlocal.internals.example/"),
        ] {
            assert_eq!(check_webhook_url(given).as_deref(), Ok(normal), "{given}");
        }
    }

    #[test]
    fn what_attackers_try() {
        let long = format!("https://example.com/{}", "a".repeat(2048));
        let grows = format!("https://example.com/{}", "é".repeat(1000));
        for (given, code) in [
            ("", ErrorCode::Empty),
            (" ", ErrorCode::Empty),
            (long.as_str(), ErrorCode::TooLong),
            (grows.as_str(), ErrorCode::TooLong),
            ("example.com", ErrorCode::InvalidUrl),
            ("//example.com", ErrorCode::InvalidUrl),
            ("http://example.com/", ErrorCode::InvalidUrl),
            ("ftp://example.com/", ErrorCode::InvalidUrl),
            ("file:///etc/passwd", ErrorCode::InvalidUrl),
            ("javascript:alert(1)", ErrorCode::InvalidUrl),
            ("https:example.com", ErrorCode::InvalidUrl),
            ("https:/example.com", ErrorCode::InvalidUrl),
            ("https://", ErrorCode::InvalidUrl),
            ("https:///", ErrorCode::InvalidUrl),
            ("https://user@example.com/", ErrorCode::InvalidUrl),
            ("https://user:secret@example.com/", ErrorCode::InvalidUrl),
            ("https://:secret@example.com/", ErrorCode::InvalidUrl),
            ("https://example.com/#part", ErrorCode::InvalidUrl),
            ("https://example.com/#", ErrorCode::InvalidUrl),
            ("https://example.com:0/", ErrorCode::InvalidUrl),
            ("https://example.com:65536/", ErrorCode::InvalidUrl),
            ("https://exa mple.com/", ErrorCode::InvalidUrl),
            ("https://example.com\n/", ErrorCode::InvalidUrl),
            ("https://example.com\\@127.0.0.1/", ErrorCode::InvalidUrl),
            ("https://1.2.3.256/", ErrorCode::InvalidUrl),
            ("https://127.0.0.1/", ErrorCode::ForbiddenAddress),
            ("https://0x7f.1/", ErrorCode::ForbiddenAddress),
            ("https://2130706433/", ErrorCode::ForbiddenAddress),
            ("https://0177.0.0.1/", ErrorCode::ForbiddenAddress),
            ("https://127.1/", ErrorCode::ForbiddenAddress),
            ("https://１２７.0.0.1/", ErrorCode::ForbiddenAddress),
            ("https://127。0。0。1/", ErrorCode::ForbiddenAddress),
            ("https://%31%32%37.0.0.1/", ErrorCode::ForbiddenAddress),
            ("https://169.254.169.254/latest/meta-data/", ErrorCode::ForbiddenAddress),
            ("https://[::1]/", ErrorCode::ForbiddenAddress),
            ("https://[::ffff:127.0.0.1]/", ErrorCode::ForbiddenAddress),
            ("https://[fd00:ec2::254]/", ErrorCode::ForbiddenAddress),
            ("https://localhost/", ErrorCode::ForbiddenAddress),
            ("https://LOCALHOST./", ErrorCode::ForbiddenAddress),
            ("https://ｌocalhost/", ErrorCode::ForbiddenAddress),
            ("https://a.localhost/", ErrorCode::ForbiddenAddress),
            ("https://printer.local/", ErrorCode::ForbiddenAddress),
            ("https://metadata.google.internal/", ErrorCode::ForbiddenAddress),
            ("https://router.home.arpa/", ErrorCode::ForbiddenAddress),
            ("https://intranet/", ErrorCode::ForbiddenAddress),
        ] {
            let error = check_webhook_url(given).unwrap_err();
            assert_eq!((error.code(), error.path()), (code, "url"), "{given}: {error}");
            assert!(!error.message().contains("secret"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_passes_again_unchanged(text in "https://[a-z0-9.:@/#?%\\[\\]é-]{0,40}", any in any::<String>()) {
            for given in [&text, &any] {
                if let Ok(normal) = check_webhook_url(given) {
                    prop_assert_eq!(check_webhook_url(&normal), Ok(normal.clone()));
                }
            }
        }
    }
}
