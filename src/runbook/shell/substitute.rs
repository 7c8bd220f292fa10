//! Values put into a text as data.

/// Placeholder.
pub fn substitute(text: &str, values: &[(String, String)]) -> Result<String, String> {
    _ = values;
    Ok(text.to_owned())
}

/// Placeholder.
pub fn substitute_sql(text: &str, values: &[(String, String)]) -> Result<String, String> {
    _ = values;
    Ok(text.to_owned())
}
