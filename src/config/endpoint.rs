//! Addresses: `host:port`, `[::1]:5432`, `/var/run/postgresql`.
//!
//! Text in, checked text out. It must not resolve a name.

/// A host and its port as one text, the port filled in where it is left out.
///
/// # Errors
///
/// What is expected, in words.
pub fn endpoint(text: &str, default_port: Option<u16>) -> Result<String, String> {
    let text = text.trim();
    let (host, port) = split(text)?;
    let port = port
        .or(default_port)
        .ok_or("an address with its port, such as \"db-1:5432\"")?;
    if host.contains(':') {
        Ok(format!("[{host}]:{port}"))
    } else {
        Ok(format!("{host}:{port}"))
    }
}

/// Host (without brackets) and port, where one is given.
///
/// # Errors
///
/// What is expected, in words.
pub fn split(text: &str) -> Result<(&str, Option<u16>), String> {
    const EXPECTED: &str = "an address such as \"db-1:5432\" or \"[::1]:5432\"";
    if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(EXPECTED.into());
    }
    if text.contains("://") || text.contains('@') {
        return Err(format!("{EXPECTED}, not a URL"));
    }
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or(EXPECTED)?;
        match rest.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if rest.is_empty() => (host, None),
            None => return Err(EXPECTED.into()),
        }
    } else if text.matches(':').count() > 1 {
        (text, None)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    if host.is_empty() || (host.contains('/') && !host.starts_with('/')) {
        return Err(EXPECTED.into());
    }
    let port = match port {
        None => None,
        Some(port) => Some(
            port.parse::<u16>()
                .ok()
                .filter(|port| *port > 0)
                .ok_or("a port from 1 to 65535")?,
        ),
    };
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_gets_its_port_and_brackets() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let found = super::endpoint(text, Some(5432));
            match expected {
                Ok(address) => assert_eq!(found.as_deref(), Ok(address), "{text}"),
                Err(part) => assert!(
                    found.as_ref().is_err_and(|why| why.contains(part)),
                    "{text}: {found:?}"
                ),
            }
        };
        check("db-1", Ok("db-1:5432"));
        check("db-1:6000", Ok("db-1:6000"));
        check("::1", Ok("[::1]:5432"));
        check("[::1]:6000", Ok("[::1]:6000"));
        check("/var/run/postgresql", Ok("/var/run/postgresql:5432"));
        check("db-1:0", Err("a port"));
        check("db-1:99999", Err("a port"));
        check("", Err("an address"));
        check(":5432", Err("an address"));
        check("a b", Err("an address"));
        check("postgres://db-1", Err("not a URL"));
        check("db-1/app", Err("an address"));
    }
}
