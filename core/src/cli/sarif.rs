//! Findings as SARIF 2.1.0.
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation, Region,
    ReportingDescriptor, Result as SarifResult, ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use crate::{
    commands,
    report::{CheckReport, Finding, Severity},
};

/// The report as a SARIF log with one run.
pub(super) fn log(report: &CheckReport) -> Sarif {
    let rules = commands::rules()
        .iter()
        .map(|rule| {
            let text = |text: &str| MultiformatMessageString::builder().text(text.to_owned()).build();
            ReportingDescriptor::builder()
                .id(rule.id.clone())
                .short_description(text(&rule.summary))
                .full_description(text(&rule.why))
                .help(text(&rule.instead))
                .build()
        })
        .collect::<Vec<_>>();
    let driver =
        ToolComponent::builder().name("remigrate").version(env!("CARGO_PKG_VERSION")).rules(rules).build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .column_kind(serde_json::Value::from("unicodeCodePoints"))
        .results(report.findings.iter().map(result).collect::<Vec<_>>())
        .build();
    Sarif::builder()
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .version(serde_json::Value::from("2.1.0"))
        .runs(vec![run])
        .build()
}

fn result(finding: &Finding) -> SarifResult {
    let level = match finding.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Info => ResultLevel::Note,
    };
    let number = i64::from;
    let text = match &finding.help {
        Some(help) => format!("{}: {help}", finding.message),
        None => finding.message.clone(),
    };
    let region = Region::builder()
        .start_line(number(finding.line))
        .start_column(number(finding.column))
        .end_line(number(finding.end_line))
        .end_column(number(finding.end_column))
        .build();
    let place = PhysicalLocation::builder()
        .artifact_location(ArtifactLocation::builder().uri(uri(&finding.file)).build())
        .region(region)
        .build();
    SarifResult::builder()
        .rule_id(finding.rule.clone())
        .level(level)
        .message(Message::builder().text(text).build())
        .locations(vec![Location::builder().physical_location(place).build()])
        .build()
}

/// A path as a URI: relative to where the command ran, or `file://` when it is absolute.
fn uri(path: &str) -> String {
    const ESCAPED: &AsciiSet = &CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'#')
        .add(b'%')
        .add(b'<')
        .add(b'>')
        .add(b'?')
        .add(b'[')
        .add(b']')
        .add(b'\\')
        .add(b'^')
        .add(b'`')
        .add(b'{')
        .add(b'|')
        .add(b'}');
    let escaped = utf8_percent_encode(path, ESCAPED).to_string();
    let first = escaped.split('/').next().unwrap_or("");
    match first {
        "" if !escaped.is_empty() => format!("file://{escaped}"),
        // A colon in the first segment would make it a scheme.
        _ if first.contains(':') => format!("./{escaped}"),
        _ => escaped,
    }
}
