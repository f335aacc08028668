//! Character sets and collations: their spellings, which belongs to which, and the default of each.
//!
//! From `information_schema.character_sets` of MySQL 9.7 and MariaDB 11.8; they agree but for the Unicode sets.
use crate::target::{Dialect, Target};

/// Character set, default collation, longest character in bytes.
const CHARSETS: &[(&str, &str, u64)] = &[
    ("armscii8", "armscii8_general_ci", 1),
    ("ascii", "ascii_general_ci", 1),
    ("big5", "big5_chinese_ci", 2),
    ("binary", "binary", 1),
    ("cp1250", "cp1250_general_ci", 1),
    ("cp1251", "cp1251_general_ci", 1),
    ("cp1256", "cp1256_general_ci", 1),
    ("cp1257", "cp1257_general_ci", 1),
    ("cp850", "cp850_general_ci", 1),
    ("cp852", "cp852_general_ci", 1),
    ("cp866", "cp866_general_ci", 1),
    ("cp932", "cp932_japanese_ci", 2),
    ("dec8", "dec8_swedish_ci", 1),
    ("eucjpms", "eucjpms_japanese_ci", 3),
    ("euckr", "euckr_korean_ci", 2),
    ("gb18030", "gb18030_chinese_ci", 4),
    ("gb2312", "gb2312_chinese_ci", 2),
    ("gbk", "gbk_chinese_ci", 2),
    ("geostd8", "geostd8_general_ci", 1),
    ("greek", "greek_general_ci", 1),
    ("hebrew", "hebrew_general_ci", 1),
    ("hp8", "hp8_english_ci", 1),
    ("keybcs2", "keybcs2_general_ci", 1),
    ("koi8r", "koi8r_general_ci", 1),
    ("koi8u", "koi8u_general_ci", 1),
    ("latin1", "latin1_swedish_ci", 1),
    ("latin2", "latin2_general_ci", 1),
    ("latin5", "latin5_turkish_ci", 1),
    ("latin7", "latin7_general_ci", 1),
    ("macce", "macce_general_ci", 1),
    ("macroman", "macroman_general_ci", 1),
    ("sjis", "sjis_japanese_ci", 2),
    ("swe7", "swe7_swedish_ci", 1),
    ("tis620", "tis620_thai_ci", 1),
    ("ucs2", "ucs2_general_ci", 2),
    ("ujis", "ujis_japanese_ci", 3),
    ("utf16", "utf16_general_ci", 4),
    ("utf16le", "utf16le_general_ci", 4),
    ("utf32", "utf32_general_ci", 4),
    ("utf8mb3", "utf8mb3_general_ci", 3),
    ("utf8mb4", "utf8mb4_general_ci", 4),
];

/// A character set's name as the server prints it: lower case, `utf8` is `utf8mb3`.
pub fn normal_charset(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name == "utf8" { "utf8mb3".to_owned() } else { name }
}

/// A collation's name as the server prints it: lower case, `utf8_…` is `utf8mb3_…`.
pub fn normal_collation(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("utf8_") {
        Some(rest) => format!("utf8mb3_{rest}"),
        None => name,
    }
}

/// The character set that a collation belongs to. `None` for MariaDB's `uca1400_…`, which fit any Unicode set.
pub fn charset_of(collation: &str) -> Option<String> {
    let collation = normal_collation(collation);
    let prefix = collation.split('_').next().unwrap_or("");
    CHARSETS.iter().find(|(name, ..)| *name == prefix).map(|(name, ..)| (*name).to_owned())
}

/// The collation that a character set has when none is named; `None` for an unknown set.
pub fn default_collation(charset: &str, target: &Target) -> Option<String> {
    let charset = normal_charset(charset);
    let (name, collation, _) = CHARSETS.iter().find(|(name, ..)| *name == charset)?;
    let version = target.version;
    Some(match (*name, target.dialect) {
        ("utf8mb4", Dialect::MySql) if version.at_least(8, 0, 1) => "utf8mb4_0900_ai_ci".to_owned(),
        // Since 11.5 `character_set_collations` maps the Unicode sets to UCA 14.
        ("utf8mb3" | "utf8mb4" | "ucs2" | "utf16" | "utf32", Dialect::MariaDb)
            if version.at_least(11, 5, 0) =>
        {
            format!("{name}_uca1400_ai_ci")
        }
        _ => (*collation).to_owned(),
    })
}

/// The longest character of a set in bytes; 4 for an unknown set.
pub fn longest_character(charset: &str) -> u64 {
    let charset = normal_charset(charset);
    CHARSETS.iter().find(|(name, ..)| *name == charset).map_or(4, |(.., bytes)| *bytes)
}

#[cfg(test)]
mod tests {
    use super::{charset_of, default_collation, longest_character, normal_collation};
    use crate::target::{Dialect, ServerVersion, Target};

    #[test]
    fn spellings_and_defaults() {
        let (my, maria) = (Target::new(Dialect::MySql), Target::new(Dialect::MariaDb));
        assert_eq!(normal_collation("UTF8_bin"), "utf8mb3_bin");
        assert_eq!(charset_of("utf8_general_ci").as_deref(), Some("utf8mb3"));
        assert_eq!(charset_of("binary").as_deref(), Some("binary"));
        assert_eq!(charset_of("uca1400_ai_ci"), None);
        assert_eq!(default_collation("utf8mb4", &my).as_deref(), Some("utf8mb4_0900_ai_ci"));
        assert_eq!(default_collation("utf8", &maria).as_deref(), Some("utf8mb3_uca1400_ai_ci"));
        let old = maria.with_version(ServerVersion::new(10, 11, 0));
        assert_eq!(default_collation("UTF8MB4", &old).as_deref(), Some("utf8mb4_general_ci"));
        assert_eq!(default_collation("latin1", &my).as_deref(), Some("latin1_swedish_ci"));
        assert_eq!((longest_character("utf8"), longest_character("latin1")), (3, 1));
    }
}
