//! Which of the available languages a user gets.

/// What a browser that names no language gets, as in Trac's `Request.languages`.
pub const DEFAULT_LANGUAGE: &str = "en-us";

/// The languages without a country for which there is one with a country, by Babel's table
/// (`babel.core.LOCALE_ALIASES`).
const ALIASES: &[(&str, &str)] = &[
    ("ar", "ar_SY"),
    ("bg", "bg_BG"),
    ("bs", "bs_BA"),
    ("ca", "ca_ES"),
    ("cs", "cs_CZ"),
    ("da", "da_DK"),
    ("de", "de_DE"),
    ("el", "el_GR"),
    ("en", "en_US"),
    ("es", "es_ES"),
    ("et", "et_EE"),
    ("fa", "fa_IR"),
    ("fi", "fi_FI"),
    ("fr", "fr_FR"),
    ("gl", "gl_ES"),
    ("he", "he_IL"),
    ("hu", "hu_HU"),
    ("id", "id_ID"),
    ("is", "is_IS"),
    ("it", "it_IT"),
    ("ja", "ja_JP"),
    ("km", "km_KH"),
    ("ko", "ko_KR"),
    ("lt", "lt_LT"),
    ("lv", "lv_LV"),
    ("mk", "mk_MK"),
    ("nl", "nl_NL"),
    ("nn", "nn_NO"),
    ("no", "nb_NO"),
    ("pl", "pl_PL"),
    ("pt", "pt_PT"),
    ("ro", "ro_RO"),
    ("ru", "ru_RU"),
    ("sk", "sk_SK"),
    ("sl", "sl_SI"),
    ("sv", "sv_SE"),
    ("th", "th_TH"),
    ("tr", "tr_TR"),
    ("uk", "uk_UA"),
];

/// The languages that an `Accept-Language` header names, the most wanted first, as
/// `trac/web/api.py: Request._parse_languages` orders them.
///
/// ```
/// assert_eq!(tracrpc_translation::accepted("de;q=0.5, ja, fr;q=0.9"), ["ja", "fr", "de"]);
/// ```
pub fn accepted(header: &str) -> Vec<&str> {
    let mut languages: Vec<(f64, &str)> = header.split(',').map(weighted).collect();
    // Stable: of two that are wanted alike, the first comes first.
    languages.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    languages.into_iter().map(|(_, code)| code).collect()
}

fn weighted(item: &str) -> (f64, &str) {
    let mut parts = item.split(';').map(str::trim);
    let code = parts.next().unwrap_or_default();
    let mut weights = parts.filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("q")
            .then(|| value.trim().trim_matches('"'))
    });
    let number = |text: &str| text.parse().unwrap_or(0.0);
    (weights.next_back().map_or(1.0, number), code)
}

/// The first of the available languages that one of the preferred ones means, in the spelling
/// of `available`: itself in any case of letters, its usual country, or itself without a country.
///
/// Mirrors `trac/util/translation.py: get_negotiated_locale` and `babel.core.negotiate_locale`.
pub fn negotiate(
    preferred: impl IntoIterator<Item = impl AsRef<str>>,
    available: &[String],
) -> Option<&str> {
    preferred.into_iter().find_map(|wanted| {
        let wanted = wanted.as_ref().replace('-', "_");
        if wanted.is_empty() {
            return None;
        }
        let find = |code: &str| {
            available
                .iter()
                .find(|known| known.eq_ignore_ascii_case(code))
        };
        let alias = || {
            let mut aliases = ALIASES.iter();
            let (_, alias) = aliases.find(|(code, _)| wanted.eq_ignore_ascii_case(code))?;
            find(alias)
        };
        let language = || find(wanted.split_once('_')?.0);
        find(&wanted)
            .or_else(alias)
            .or_else(language)
            .map(String::as_str)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let check = |header: &str, expected: &[&str]| assert_eq!(accepted(header), expected);
        check("de", &["de"]);
        check("de-DE,de;q=0.8,en;q=0.5", &["de-DE", "de", "en"]);
        check("a;q=x, b;q=0.1, c", &["c", "b", "a"]);
        check("a;q=-1,b", &["b", "a"]);
        check("a;q=nan,b", &["a", "b"]);
        check("", &[""]);
    }

    #[test]
    fn negotiation() {
        let available = ["de", "en_US", "es", "es_MX", "pt", "pt_BR", "zh_CN"].map(str::to_owned);
        let check = |preferred: &[&str], expected: Option<&str>| {
            assert_eq!(negotiate(preferred, &available), expected, "{preferred:?}");
        };
        check(&["de"], Some("de"));
        check(&["DE"], Some("de"));
        check(&["de-AT"], Some("de"));
        check(&["en"], Some("en_US"));
        check(&["en-GB", "en"], Some("en_US"));
        check(&["en-GB"], None);
        check(&["es-mx"], Some("es_MX"));
        check(&["es_AR"], Some("es"));
        check(&["pt-PT"], Some("pt"));
        check(&["zh"], None);
        check(&["zh-Hans-CN"], None);
        check(&["zh-cn"], Some("zh_CN"));
        check(&["", "xx", "*", "de"], Some("de"));
        check(&["xx"], None);
    }
}
