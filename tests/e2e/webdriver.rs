//! The part of the W3C WebDriver protocol that the journeys use.

use crate::http;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long an element may take to appear where nothing else is said.
pub const SOON: Duration = Duration::from_secs(20);

/// Keys by their names in the protocol.
pub mod key {
    pub const SHIFT: char = '\u{e008}';
    pub const CONTROL: char = '\u{e009}';
    pub const ENTER: char = '\u{e007}';
    pub const ESCAPE: char = '\u{e00c}';
    pub const RIGHT: char = '\u{e014}';
}

/// The member under which the protocol hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// One window under remote control.
pub struct Window {
    port: u16,
    session: String,
}

/// An element of the page.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Window {
    /// Opens the program in a new session.
    pub fn open(port: u16, program: &str) -> Result<Self, String> {
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "tauri:options": { "application": program }
        }}});
        let answer = call(port, "POST", "/session", &capabilities)?;
        let session = answer["sessionId"]
            .as_str()
            .ok_or_else(|| format!("no session in {answer}"))?;
        Ok(Self {
            port,
            session: session.to_owned(),
        })
    }

    /// Ends the session and with it the program.
    pub fn close(&self) -> Result<(), String> {
        self.call("DELETE", "", &Value::Null).map(|_| ())
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let path = format!("/session/{}{path}", self.session);
        call(self.port, method, &path, body)
    }

    /// Every element with this `data-testid`.
    pub fn all(&self, testid: &str) -> Vec<Element> {
        self.select(&format!("[data-testid=\"{testid}\"]"))
    }

    /// Every element that a CSS selector matches.
    pub fn select(&self, selector: &str) -> Vec<Element> {
        let query = json!({ "using": "css selector", "value": selector });
        let found = self.call("POST", "/elements", &query).unwrap_or_default();
        found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|element| element[ELEMENT].as_str())
            .map(|id| Element(id.to_owned()))
            .collect()
    }

    /// The element with this `data-testid`, once it is there.
    #[track_caller]
    pub fn wait(&self, testid: &str) -> Element {
        self.wait_for(testid, SOON)
    }

    /// The same with a patience of one's own.
    #[track_caller]
    pub fn wait_for(&self, testid: &str, patience: Duration) -> Element {
        self.until(&format!("'{testid}' to appear"), patience, || {
            self.all(testid).into_iter().next()
        })
    }

    /// Asks again until there is an answer.
    #[track_caller]
    pub fn until<T>(&self, what: &str, patience: Duration, ask: impl Fn() -> Option<T>) -> T {
        let started = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            assert!(
                started.elapsed() < patience,
                "waited {} s for {what}; the page reads:\n{}",
                patience.as_secs(),
                self.page_text()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Presses the element with this `data-testid` as soon as that works.
    #[track_caller]
    pub fn click(&self, testid: &str) {
        self.until(&format!("'{testid}' to be pressed"), SOON, || {
            let element = self.all(testid).into_iter().next()?;
            self.press(&element).ok()
        });
    }

    /// Presses an element.
    pub fn press(&self, element: &Element) -> Result<(), String> {
        self.call("POST", &format!("/element/{}/click", element.0), &json!({}))
            .map(|_| ())
    }

    /// Types into the field with this `data-testid`.
    #[track_caller]
    pub fn fill(&self, testid: &str, text: &str) {
        let element = self.wait(testid);
        let path = format!("/element/{}/value", element.0);
        self.call("POST", &path, &json!({ "text": text }))
            .unwrap_or_else(|e| panic!("typing into {testid}: {e}"));
    }

    /// Presses keys one after the other on whatever has the focus, `held` down meanwhile.
    #[track_caller]
    pub fn keys(&self, held: Option<char>, keys: &[char]) {
        let mut actions = vec![];
        let mut push = |kind: &str, key: char| actions.push(json!({ "type": kind, "value": key }));
        if let Some(held) = held {
            push("keyDown", held);
        }
        for &key in keys {
            push("keyDown", key);
            push("keyUp", key);
        }
        if let Some(held) = held {
            push("keyUp", held);
        }
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.call("POST", "/actions", &body)
            .unwrap_or_else(|e| panic!("pressing keys: {e}"));
    }

    /// What an element shows. The driver's own notion of it leaves out text that may be shortened.
    pub fn text(&self, element: &Element) -> String {
        let script = json!({
            "script": "return arguments[0].innerText",
            "args": [{ ELEMENT: element.0 }]
        });
        self.call("POST", "/execute/sync", &script)
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// What the element with this `data-testid` shows, once it shows something.
    #[track_caller]
    pub fn read(&self, testid: &str) -> String {
        self.until(&format!("'{testid}' to say something"), SOON, || {
            let text = self.text(self.all(testid).first()?);
            (!text.trim().is_empty()).then_some(text)
        })
    }

    /// Runs a script's body in the page and returns its value.
    pub fn script(&self, body: &str) -> Result<Value, String> {
        self.call(
            "POST",
            "/execute/sync",
            &json!({ "script": body, "args": [] }),
        )
    }

    /// Everything the page says, for messages.
    pub fn page_text(&self) -> String {
        self.script("return document.body ? document.body.innerText : ''")
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_else(|| "(the page does not answer)".to_owned())
    }

    /// The window as a PNG file.
    pub fn picture(&self) -> Result<Vec<u8>, String> {
        let answer = self.call("GET", "/screenshot", &Value::Null)?;
        let text = answer.as_str().ok_or("no picture")?;
        base64(text).ok_or_else(|| "the picture is not base64".to_owned())
    }

    /// Sets the window's outer size.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), String> {
        let size = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.call("POST", "/window/rect", &size).map(|_| ())
    }
}

/// Whether the server takes sessions.
pub fn is_ready(port: u16) -> bool {
    call(port, "GET", "/status", &Value::Null).is_ok()
}

fn call(port: u16, method: &str, path: &str, body: &Value) -> Result<Value, String> {
    let body = if body.is_null() {
        vec![]
    } else {
        body.to_string().into_bytes()
    };
    // Ending a session may find its server gone already; nothing is lost by not waiting for it.
    let patience = Duration::from_secs(if method == "DELETE" { 5 } else { 60 });
    let (status, answer) = answered(|| http::send(port, method, path, &body, patience))
        .map_err(|e| format!("{method} {path}: {e}"))?;
    let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
    if status == 200 {
        Ok(answer["value"].clone())
    } else {
        let value = &answer["value"];
        Err(format!(
            "{method} {path}: {} {}",
            value["error"], value["message"]
        ))
    }
}

/// Asks again, a few times, where the connection was closed without a byte of answer: tauri-driver
/// now and then passes a request on over a connection that the web view's driver is just closing,
/// and then nothing has been done.
fn answered<T>(mut ask: impl FnMut() -> std::io::Result<T>) -> std::io::Result<T> {
    for _ in 0..3 {
        match ask() {
            Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
                std::thread::sleep(Duration::from_millis(50));
            }
            other => return other,
        }
    }
    ask()
}

#[test]
fn a_connection_closed_without_an_answer_is_asked_again_but_not_for_ever() {
    use std::io::{Error, ErrorKind};
    let mut asked = 0;
    let answer = answered(|| {
        asked += 1;
        if asked < 3 {
            Err(Error::from(ErrorKind::UnexpectedEof))
        } else {
            Ok(7)
        }
    });
    assert_eq!((answer.unwrap(), asked), (7, 3));
    let mut asked = 0;
    let silent = answered(|| -> std::io::Result<()> {
        asked += 1;
        Err(Error::from(ErrorKind::UnexpectedEof))
    });
    assert!(silent.is_err() && asked == 4);
    let refused = answered(|| -> std::io::Result<()> { Err(Error::from(ErrorKind::TimedOut)) });
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::TimedOut);
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for character in text
        .bytes()
        .filter(|b| !b.is_ascii_whitespace() && *b != b'=')
    {
        let six = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xff_ffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

#[test]
fn base64_is_read_with_every_length_of_padding() {
    assert_eq!(base64("UGFjZQ=="), Some(b"Pace".to_vec()));
    assert_eq!(base64("UGFjZWw="), Some(b"Pacel".to_vec()));
    assert_eq!(base64("UGFjZWxp\n"), Some(b"Paceli".to_vec()));
    assert_eq!(base64("+/8="), Some(vec![0xfb, 0xff]));
    assert_eq!(base64("a*b"), None);
}
