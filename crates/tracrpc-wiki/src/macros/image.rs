//! `[[Image(file, width, alignment, name=value, …)]]`: a picture.

mod arguments;
mod source;

use arguments::ImageArguments;
use source::{Picture, is_safe};

use super::{Call, Expansion, ExpansionError, Macro};
use crate::Element;

pub(super) struct Image;

impl Macro for Image {
    fn name(&self) -> &str {
        "Image"
    }

    fn component(&self) -> &str {
        "trac.wiki.macros.ImageMacro"
    }

    fn description(&self) -> Option<&str> {
        Some(
            "Show a picture.\n\n\
             The first argument tells which: an attachment of the page (`file.png`), of another one \
             (`wiki:Page:file.png`, `ticket:1:file.png`), a file of the site (`htdocs:file.png`), of the \
             repository (`source:path/file.png`), or a URL.\n\n\
             The others are a width (`120px`, `25%`), `left`, `right`, `center`, `top`, `middle`, `bottom`, \
             `nolink`, `link=…`, `inline`, and any of `align`, `valign`, `border`, `margin`, `width`, `height`, \
             `alt`, `title`, `class`, `id`, `longdesc`, `usemap` with a value.",
        )
    }

    fn is_inline(&self, arguments: Option<&str>) -> bool {
        arguments::split_arguments(arguments.unwrap_or_default()).contains(&"inline")
    }

    fn expand(&self, call: &Call<'_>) -> Result<Expansion, ExpansionError> {
        let parts =
            arguments::split_arguments(arguments::strip_wide(call.text.unwrap_or_default()));
        let Some((file, rest)) = parts.split_first() else {
            return Ok(Expansion::html(""));
        };
        let arguments = ImageArguments::parse(call, rest)?;
        let Some(picture) = Picture::find(call, file) else {
            return Ok(Expansion::element(crate::html::system_message(
                call.say("No filespec given"),
                None,
            )));
        };
        let image = arguments.image(&picture, is_safe(call, picture.raw_url.as_deref()));
        let link = if picture.is_missing {
            None
        } else {
            arguments.link.as_deref()
        };
        let Some(link) = link else {
            return Ok(Expansion::element(image));
        };
        let url = if link.is_empty() {
            picture.url.as_deref().unwrap_or_default()
        } else {
            link
        };
        let anchor = Element::new("a")
            .attribute("href", url)
            .attribute("style", "padding:0; border:none");
        Ok(Expansion::element(anchor.html(&image.to_html())))
    }
}
