//! The templates of all letters: built in, and overridden file by file from a folder.
//!
//! An override is tried out on sample letters before it is used, with every unknown name a fault,
//! so that a slip shows at the start and not in somebody's mail; should it fail later all the
//! same, the built-in one speaks. HTML is escaped by the file's name. Next station:
//! `mail/wording`.

use std::collections::BTreeMap;
use std::path::Path;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::mail::samples::{samples, sheets};
use crate::model::verdict::Language;

/// No letter of ours is as long.
const LARGEST: u64 = 256 * 1024;

macro_rules! built_in {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../config/templates/", $name)))),*]
    };
}

/// Every template, by its name in the folder.
pub const BUILT_IN: &[(&str, &str)] = built_in!(
    "frame.html" "parts.html" "figures.html" "sheet.html" "sheet.txt"
    "id/nudge.subject" "id/nudge.txt" "id/nudge.html"
    "id/preview.subject" "id/preview.txt" "id/preview.html"
    "id/welcome.subject" "id/welcome.txt" "id/welcome.html"
    "id/mistake.subject" "id/mistake.txt" "id/mistake.html"
    "id/question.subject" "id/question.txt" "id/question.html"
    "id/leaving.subject" "id/leaving.txt" "id/leaving.html"
    "id/digest.subject" "id/digest.txt" "id/digest.html"
    "id/report.subject" "id/report.txt" "id/report.html"
    "id/alarm.subject" "id/alarm.txt" "id/alarm.html"
    "id/handover.subject" "id/handover.txt" "id/handover.html"
    "id/passed.subject" "id/passed.txt" "id/passed.html"
    "id/away.subject" "id/away.txt" "id/away.html"
    "id/away_short.subject" "id/away_short.txt" "id/away_short.html"
    "id/away_closed.subject" "id/away_closed.txt" "id/away_closed.html"
    "id/away_neutral.subject" "id/away_neutral.txt" "id/away_neutral.html"
    "en/nudge.subject" "en/nudge.txt" "en/nudge.html"
    "en/preview.subject" "en/preview.txt" "en/preview.html"
    "en/welcome.subject" "en/welcome.txt" "en/welcome.html"
    "en/mistake.subject" "en/mistake.txt" "en/mistake.html"
    "en/question.subject" "en/question.txt" "en/question.html"
    "en/leaving.subject" "en/leaving.txt" "en/leaving.html"
    "en/digest.subject" "en/digest.txt" "en/digest.html"
    "en/report.subject" "en/report.txt" "en/report.html"
    "en/alarm.subject" "en/alarm.txt" "en/alarm.html"
    "en/handover.subject" "en/handover.txt" "en/handover.html"
    "en/passed.subject" "en/passed.txt" "en/passed.html"
    "en/away.subject" "en/away.txt" "en/away.html"
    "en/away_short.subject" "en/away_short.txt" "en/away_short.html"
    "en/away_closed.subject" "en/away_closed.txt" "en/away_closed.html"
    "en/away_neutral.subject" "en/away_neutral.txt" "en/away_neutral.html"
);

/// Ready to be filled in.
#[derive(Debug)]
pub struct Templates {
    used: Environment<'static>,
    built_in: Environment<'static>,
}

/// What is wrong with an override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// The file, as its name in the folder.
    pub file: String,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
}

impl Templates {
    /// The built-in templates, each replaced by the file of the same name in `folder`.
    pub fn load(folder: Option<&Path>) -> Result<Self, Vec<TemplateFault>> {
        let overrides = folder.map_or_else(|| Ok(BTreeMap::new()), read_overrides)?;
        let mut faults = Vec::new();
        let mut used = environment();
        for (name, source) in BUILT_IN {
            let source = overrides.get(*name).cloned().unwrap_or_else(|| (*source).to_owned());
            if let Err(error) = used.add_template_owned(*name, source) {
                faults.push(fault(name, &error));
            }
        }
        let templates = Self { used, built_in: built_in()? };
        if faults.is_empty() && !overrides.is_empty() {
            templates.try_out(&mut faults);
        }
        if faults.is_empty() { Ok(templates) } else { Err(faults) }
    }

    /// Fills in the template `<language>/<letter>.<part>`.
    pub(crate) fn fill(&self, to: Language, letter: &str, part: &str, view: &Value) -> String {
        self.filled(&format!("{}/{letter}.{part}", to.word()), view)
    }

    /// Fills in what stands around the words of an automatic reply, in one language or in two.
    pub(crate) fn sheet(&self, part: &str, view: &Value) -> String {
        self.filled(&format!("sheet.{part}"), view)
    }

    fn filled(&self, name: &str, view: &Value) -> String {
        let filled = render(&self.used, name, view).or_else(|_| render(&self.built_in, name, view));
        filled.expect("every built-in template renders every view of its letter")
    }

    fn try_out(&self, faults: &mut Vec<TemplateFault>) {
        let letters = samples().into_iter().flat_map(|(to, letter, view)| {
            let name = move |part| (format!("{}/{letter}.{part}", to.word()), view.clone());
            ["subject", "txt", "html"].map(name)
        });
        let sheets = sheets()
            .into_iter()
            .flat_map(|view| ["txt", "html"].map(|part| (format!("sheet.{part}"), view.clone())));
        for (name, view) in letters.chain(sheets) {
            let found = match render(&self.used, &name, &view) {
                Ok(text) if text.trim().is_empty() => {
                    Some(TemplateFault { file: name, line: None, what: "is empty".to_owned() })
                }
                Ok(_) => None,
                Err(error) => Some(fault(&name, &error)),
            };
            faults.extend(found.filter(|found| !faults.contains(found)));
        }
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = environment.syntax().to_builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    environment.set_syntax(syntax.build().expect("the default delimiters differ from each other"));
    environment
}

fn built_in() -> Result<Environment<'static>, Vec<TemplateFault>> {
    let mut environment = environment();
    for (name, source) in BUILT_IN {
        environment.add_template(name, source).map_err(|error| vec![fault(name, &error)])?;
    }
    Ok(environment)
}

fn render(from: &Environment<'_>, name: &str, view: &Value) -> Result<String, minijinja::Error> {
    from.get_template(name)?.render(view)
}

fn fault(name: &str, error: &minijinja::Error) -> TemplateFault {
    let file = error.name().unwrap_or(name).to_owned();
    let what = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    TemplateFault { file, line: error.line(), what }
}

/// The files of the folder by name; one that no letter is made from is a fault, as a misspelt name
/// would otherwise go unnoticed.
fn read_overrides(folder: &Path) -> Result<BTreeMap<String, String>, Vec<TemplateFault>> {
    let (mut found, mut faults) = (BTreeMap::new(), Vec::new());
    for below in ["", "id", "en"] {
        let list = match std::fs::read_dir(folder.join(below)) {
            Ok(list) => list,
            Err(_) if !below.is_empty() => continue,
            Err(error) => {
                let file = folder.display().to_string();
                return Err(vec![TemplateFault { file, line: None, what: error.to_string() }]);
            }
        };
        for entry in list.flatten() {
            let plain = entry.file_name().to_string_lossy().into_owned();
            let name = if below.is_empty() { plain } else { format!("{below}/{plain}") };
            if ["id", "en"].contains(&name.as_str()) || name.starts_with('.') {
                continue;
            }
            match read_override(&name, &entry.path()) {
                Ok(text) => drop(found.insert(name, text)),
                Err(what) => faults.push(TemplateFault { file: name, line: None, what }),
            }
        }
    }
    faults.sort_by(|a, b| a.file.cmp(&b.file));
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

fn read_override(name: &str, path: &Path) -> Result<String, String> {
    if !BUILT_IN.iter().any(|(known, _)| *known == name) {
        return Err("is no template of Sigap".to_owned());
    }
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("is larger than {LARGEST} bytes"));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}
