//! A letter as a page of HTML, for mail programs that show one. It says what the text says, and its link is a button.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, context};

use super::letter::Written;

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.set_auto_escape_callback(|_| AutoEscape::Html);
    pages.add_template("letter", include_str!("letter.html")).unwrap_or_else(|error| unreachable!("a test renders the page: {error:#}"));
    pages
});

/// The page. A paragraph that is nothing but a link becomes the button, with the letter's action on it.
pub fn page(letter: &Written) -> Result<String, minijinja::Error> {
    let part = |text: &str| {
        let text = text.trim();
        let link = (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace);
        context! { text, link }
    };
    let parts: Vec<minijinja::Value> = letter.text.split("\n\n").filter(|text| !text.trim().is_empty()).map(part).collect();
    let Written { subject, action, language, .. } = letter;
    PAGES.get_template("letter")?.render(context! { subject, action, language, parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_button_and_no_name_becomes_markup() {
        let letter = Written {
            language: "zh-CN".to_owned(),
            subject: "您好 <b>".to_owned(),
            text: "<script>alert(1)</script> & co,\n\nhttps://h/welcome#a\"b\n\nSee https://h/ yourself.\nSecond line.".to_owned(),
            action: Some("Choose".to_owned()),
            short: String::new(),
            code: None,
        };
        let page = page(&letter).unwrap();
        assert!(page.contains("<html lang=\"zh-CN\">") && page.contains("您好 &lt;b&gt;</h1>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt; &amp; co,") && !page.contains("<script"), "{page}");
        assert_eq!(page.matches("<a ").count(), 1);
        assert!(page.contains("welcome#a&quot;b\"") && page.contains(">Choose</a>"), "{page}");
        assert!(page.contains("yourself.\nSecond line."), "{page}");
        let plain = super::page(&Written { action: None, text: "https://h/1".to_owned(), ..letter }).unwrap();
        assert!(plain.contains(">https:&#x2f;&#x2f;h&#x2f;1</a>"), "{plain}");
    }
}
