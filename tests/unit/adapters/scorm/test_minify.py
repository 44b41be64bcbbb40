from __future__ import annotations

import pytest

from sync_service.adapters.scorm.minify import minify_css, minify_js


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("/* a */ const number = 1; // b\nconst other = number + 2;\n", "let a=1,b=a+2;\n"),
        ('const text = "a  /* b */";', 'let a="a  /* b */";\n'),
        ("const text = `${ name  } a  b`; const name = 1;", "let b=`${a} a  b`,a=1;\n"),
        ("const point = { left: 1 }; point.left = point.left + +1;", "let a={left:1};a.left=a.left+ +1;\n"),
        ("const left = [1]; f({ left: left }, ...left);", "let a=[1];f({left:a},...a);\n"),
        ("const { kept } = x; f(kept);", "let{kept}=x;f(kept);\n"),
        ("const words = text.split(/[/ ]+ x/g); g(1 / 2 / 3);", "let a=text.split(/[/ ]+ x/g);g(1/2/3);\n"),
        ("list.map((item) => { return item; });", "list.map(a=>{return a});\n"),
        ("if (a(b(c))) { d(); } else { e(); }", "if(a(b(c))){d()}else{e()}\n"),
        ("f(() => { if (a(b(c))) { return; } d(); });", "f(()=>{if(a(b(c)))return;d()});\n"),
        ("if (a) { if (b) { c(); } } else { d(); }", "if(a){if(b)c()}else{d()}\n"),
        ('const NAME = "x"; const TWICE = "y"; f(NAME, TWICE, TWICE);', 'let a="y";f("x",a,a);\n'),
        ("const sure = a ? true : false;", "let b=a?!0:!1;\n"),
    ],
)
def test_a_script_means_the_same_in_fewer_characters(source: str, small: str) -> None:
    assert minify_js(source) == small


def test_a_style_sheet_keeps_what_separates() -> None:
    source = (
        "/* a */\n.a > .b:not(.c) { margin: 0 -1px; color: var(--x); }\n@media (min-width: 3rem) { p { top: 0; } }\n"
    )
    assert minify_css(source) == ".a > .b:not(.c){margin:0 -1px;color:var(--x)}@media (min-width:3rem){p{top:0}}\n"
