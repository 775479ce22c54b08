//! What is safe in HTML, as Trac has it (`TracHTMLSanitizer`).

/// Elements.
#[rustfmt::skip]
pub(super) static ELEMENTS: [&str; 71] = [
    "a", "abbr", "acronym", "address", "area", "b", "big", "blockquote", "br", "button", "caption", "center",
    "cite", "code", "col", "colgroup", "dd", "del", "dfn", "dir", "div", "dl", "dt", "em", "fieldset", "font",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "input", "ins", "kbd", "label", "legend",
    "li", "map", "menu", "ol", "optgroup", "option", "p", "pre", "q", "s", "samp", "select", "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "tt",
    "u", "ul", "var",
];

/// Attributes.
#[rustfmt::skip]
pub(super) static ATTRIBUTES: [&str; 73] = [
    "abbr", "accept", "accept-charset", "accesskey", "action", "align", "alt", "axis", "bgcolor", "border",
    "cellpadding", "cellspacing", "char", "charoff", "charset", "checked", "cite", "class", "clear", "color",
    "cols", "colspan", "compact", "coords", "datetime", "dir", "disabled", "enctype", "for", "frame",
    "headers", "height", "href", "hreflang", "hspace", "id", "ismap", "label", "lang", "longdesc",
    "maxlength", "media", "method", "multiple", "name", "nohref", "noshade", "nowrap", "prompt", "readonly",
    "rel", "rev", "rows", "rowspan", "rules", "scope", "selected", "shape", "size", "span", "src", "start",
    "style", "summary", "tabindex", "target", "title", "type", "usemap", "valign", "value", "vspace", "width",
];

/// Properties of styles.
#[rustfmt::skip]
pub(super) static PROPERTIES: [&str; 101] = [
    "background", "background-attachment", "background-color", "background-image", "background-position",
    "background-repeat", "border", "border-bottom", "border-bottom-color", "border-bottom-left-radius",
    "border-bottom-right-radius", "border-bottom-style", "border-bottom-width", "border-collapse",
    "border-color", "border-left", "border-left-color", "border-left-style", "border-left-width",
    "border-radius", "border-right", "border-right-color", "border-right-style", "border-right-width",
    "border-spacing", "border-style", "border-top", "border-top-color", "border-top-left-radius",
    "border-top-right-radius", "border-top-style", "border-top-width", "border-width", "bottom",
    "caption-side", "clear", "clip", "color", "content", "counter-increment", "counter-reset", "cursor",
    "direction", "display", "empty-cells", "float", "font", "font-family", "font-size", "font-style",
    "font-variant", "font-weight", "height", "left", "letter-spacing", "line-height", "list-style",
    "list-style-image", "list-style-position", "list-style-type", "margin", "margin-bottom", "margin-left",
    "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width", "opacity", "orphans",
    "outline", "outline-color", "outline-style", "outline-width", "overflow", "padding", "padding-bottom",
    "padding-left", "padding-right", "padding-top", "page-break-after", "page-break-before",
    "page-break-inside", "position", "quotes", "right", "table-layout", "text-align", "text-decoration",
    "text-indent", "text-transform", "top", "unicode-bidi", "vertical-align", "visibility", "white-space",
    "widows", "width", "word-spacing", "z-index",
];

/// Attributes whose value is a URL.
pub(super) static URL_ATTRIBUTES: [&str; 6] =
    ["action", "background", "dynsrc", "href", "lowsrc", "src"];
