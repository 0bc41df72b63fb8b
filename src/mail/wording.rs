//! Every sentence that Sigap writes: a view and the templates in, subject, text and HTML out.
//!
//! Pure; the sentences themselves are in `config/templates/`, in both languages at equal quality:
//! no blame, no exclamation marks, nothing offered that does not work. Next station:
//! `mail/compose`.

use base64::Engine;
use base64::prelude::BASE64_STANDARD as STANDARD;
use minijinja::{Value, context};

use crate::mail::alarms::AlarmView;
use crate::mail::farewells::{DigestView, LeavingView};
use crate::mail::handovers::{HandoverView, PassedView};
use crate::mail::mistakes::MistakeView;
use crate::mail::plain::{clean, flow};
use crate::mail::questions::QuestionView;
use crate::mail::replies::{ReplyView, Tongue};
use crate::mail::reports::ReportView;
use crate::mail::templates::Templates;
use crate::mail::views::{NudgeView, PreviewView, WelcomeView};
use crate::model::verdict::Language;

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// Laid out as `format=flowed`, lines end in `\n`.
    pub text: String,
    /// A whole page.
    pub html: String,
    /// What the page shows at `src="cid:name"`.
    pub pictures: Vec<Picture>,
}

/// A picture of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Letters, digits and hyphens of ASCII; each name once in a letter.
    pub name: String,
    /// A PNG file.
    pub png: Vec<u8>,
}

impl Words {
    /// The page as a file of its own: with its pictures in it, and nothing outside.
    pub fn page(&self) -> String {
        self.placed(|picture| format!("data:image/png;base64,{}", STANDARD.encode(&picture.png)))
    }

    /// The page, each picture where `place` says that it is. Whatever else stands in a page has its
    /// quotation marks escaped, so that nobody's words are taken for a place.
    pub(in crate::mail) fn placed(&self, place: impl Fn(&Picture) -> String) -> String {
        self.pictures.iter().fold(self.html.clone(), |html, picture| {
            html.replace(&named(picture), &format!("src=\"{}\"", place(picture)))
        })
    }
}

fn named(picture: &Picture) -> String {
    format!("src=\"cid:{}\"", picture.name)
}

/// The reminder of what waits.
pub fn nudge(templates: &Templates, view: &NudgeView) -> Words {
    words(templates, view.language, "nudge", &view.context())
}

/// What would have been reminded.
pub fn preview(templates: &Templates, view: &PreviewView) -> Words {
    words(templates, view.nudge.language, "preview", &view.nudge.context())
}

/// What is watched and how to stop it.
pub fn welcome(templates: &Templates, view: &WelcomeView) -> Words {
    words(templates, view.language, "welcome", &view.context())
}

/// What was not understood.
pub fn mistake(templates: &Templates, view: &MistakeView) -> Words {
    words(templates, view.language, "mistake", &view.context())
}

/// Whether what looks like an absence is one.
pub fn question(templates: &Templates, view: &QuestionView) -> Words {
    words(templates, view.language, "question", &view.context())
}

/// What an admin must know.
pub fn alarm(templates: &Templates, view: &AlarmView) -> Words {
    words(templates, view.language, "alarm", &view.context())
}

/// What is open before an absence, and who stands in.
pub fn leaving(templates: &Templates, view: &LeavingView) -> Words {
    words(templates, view.nudge.language, "leaving", &view.context())
}

/// What waits after an absence.
pub fn digest(templates: &Templates, view: &DigestView) -> Words {
    words(templates, view.nudge.language, "digest", &view.context())
}

/// That the owner is away. In two languages it is one letter: one subject, one text, one page.
pub fn auto_reply(templates: &Templates, view: &ReplyView) -> Words {
    sheet(templates, view.form.letter(), view.tongue, |to| view.context(to))
}

/// That somebody else has taken a request over. One letter, in however many languages.
pub fn passed(templates: &Templates, view: &PassedView) -> Words {
    sheet(templates, "passed", view.tongue, |to| view.context(to))
}

/// That somebody is asked to answer for somebody else.
pub fn handover(templates: &Templates, view: &HandoverView) -> Words {
    words(templates, view.language, "handover", &view.context())
}

/// How well a team answered in a week.
pub fn report(templates: &Templates, view: &ReportView) -> Words {
    let words = words(templates, view.language, "report", &view.context());
    // A page of somebody's own may do without; then it must not lie in the letter all the same.
    let is_shown = |picture: &Picture| words.html.contains(&named(picture));
    let pictures = view.pictures().into_iter().filter(is_shown).collect();
    Words { pictures, ..words }
}

/// A letter of a person, in one language or in two.
fn sheet(
    templates: &Templates,
    letter: &str,
    tongue: Tongue,
    view: impl Fn(Language) -> Value,
) -> Words {
    let fill = |to, part| templates.fill(to, letter, part, &view(to));
    let languages = tongue.languages();
    let mut subjects: Vec<String> = languages.iter().map(|to| fill(*to, "subject")).collect();
    subjects.dedup();
    let subject = clean(&subjects.join(" / "), SUBJECT);
    let parts = languages.iter().map(|to| {
        // Escaped where it was filled in; the sheet around it must not do that again.
        let page = Value::from_safe_string(fill(*to, "html"));
        context! { language => to.word(), text => fill(*to, "txt"), page => page }
    });
    let sheet = context! { subject => subject.clone(), parts => parts.collect::<Vec<_>>() };
    let (text, html) = (templates.sheet("txt", &sheet), templates.sheet("html", &sheet));
    Words { subject, text: flow(&text), html, pictures: Vec::new() }
}

/// A subject is one line, and short enough to be read in a list.
const SUBJECT: usize = 200;

fn words(templates: &Templates, to: Language, letter: &str, view: &Value) -> Words {
    Words {
        subject: clean(&templates.fill(to, letter, "subject", view), SUBJECT),
        text: flow(&templates.fill(to, letter, "txt", view)),
        html: templates.fill(to, letter, "html", view),
        pictures: Vec::new(),
    }
}
