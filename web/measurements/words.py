"""What pages say of how a file was read."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

SEPARATORS: Mapping[str, LazyString] = {
    ";": lazy_gettext("semicolon (;)"),
    ",": lazy_gettext("comma (,)"),
    "\t": lazy_gettext("tab"),
    "|": lazy_gettext("bar (|)"),
}
DECIMAL_MARKS: Mapping[str, LazyString] = {
    ",": lazy_gettext("comma, as in 12,5"),
    ".": lazy_gettext("point, as in 12.5"),
}
