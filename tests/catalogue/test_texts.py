"""Descriptions are made harmless before they are kept."""

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharemall.catalogue.texts import sanitised, seen


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<p>好酒</p>", "<p>好酒</p>"),
        ('<p style="color:red" class="x" id="y" onclick="z()">a</p>', "<p>a</p>"),
        ("<script>alert(1)</script><p>a</p>", "<p>a</p>"),
        ("<style>p{}</style><p>a</p>", "<p>a</p>"),
        ('<p>see <a href="https://example.com">here</a></p>', "<p>see here</p>"),
        ("<h1>A</h1><h2>B</h2>", "A<h2>B</h2>"),
        ("<ul><li>a</li></ul>", "<ul><li>a</li></ul>"),
        (
            '<img src="/media/products/a.webp" alt="a" onerror="x()">',
            '<img src="/media/products/a.webp" alt="a">',
        ),
        ('<p>a<img src="https://example.com/a.png">b</p>', "<p>ab</p>"),
        ('<p>a<img src="//example.com/media/a.png">b</p>', "<p>ab</p>"),
        ('<p>a<img src="/media/../sign-out">b</p>', "<p>ab</p>"),
        ('<p>a<img src="/media/%2e%2e/sign-out">b</p>', "<p>ab</p>"),
        ('<p>a<img src="/media/a\\..\\b">b</p>', "<p>ab</p>"),
        ('<p>a<img src="/mediaa.png">b</p>', "<p>ab</p>"),
        ('<p>a<img src="javascript:x()">b</p>', "<p>ab</p>"),
        ('<p>a<img src="data:image/png;base64,AAAA">b</p>', "<p>ab</p>"),
        (
            '<img src="/media/a.png" width="1e9" height="20">',
            '<img src="/media/a.png" height="20">',
        ),
        ("<iframe src='/'></iframe><p>a", "<p>a</p>"),
        ("<svg onload=x()><p>a</p></svg>", "<p>a</p>"),
        ('<td colspan="2">a</td>', "<p>a</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("第一段。\n续行\n\n第二段。", "<p>第一段。<br>续行</p><p>第二段。</p>"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_only_plain_tags_and_the_malls_own_pictures_stay(text: str, kept: str) -> None:
    assert sanitised(text) == kept


@given(st.text() | st.text(alphabet="<>/\"'= apimgscrtonx&;#:"))
def test_what_is_kept_stays_as_it_is_and_holds_nothing_else(text: str) -> None:
    once = sanitised(text)
    assert sanitised(once) == once
    for forbidden in ("<script", "<a ", "<a>", "<iframe", "<style", "<svg"):
        assert forbidden not in once.lower()


@given(st.text(alphabet="稳赚abc &<>;", max_size=20), st.integers(0, 20))
def test_letters_are_seen_as_they_were_written_whatever_tags_stand_between(
    text: str, place: int
) -> None:
    html = nh3.clean_text(text)
    plain = text.strip()
    split = "<p>" + nh3.clean_text(text[:place]) + "<b>" + nh3.clean_text(text[place:]) + "</b></p>"
    assert html is not None
    assert seen(sanitised(split)).strip() == plain
