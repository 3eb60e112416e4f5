import base64
import hashlib
import re
import shutil
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.report import class_page, similar_pages, student_page
from grader.report.pages import Pages
from grader.similarity import Pair

TAGS = re.compile(
    "html|head|meta|title|link|style|body|main|header|footer|section|article|p|h[123]|b|i|em|strong|small|span|bdi|"
    "abbr|a|div|dl|dt|dd|ul|ol|li|pre|code|mark|table|thead|tbody|tr|th|td|figure|figcaption|img|details|summary|"
    "form|label|input|select|option|button|output|script|noscript|svg|rect|desc|path|text|tspan"
)


@pytest.fixture
def both(pages, make_scores, make_hostile, make_observations):
    """The class page, the student page and the page of a pair, of a submission that has one text everywhere."""

    def render(text: str) -> tuple[str, str, str]:
        card = make_hostile(text)
        seen = make_observations(text, history=None)  # no word of a history reaches a page; see test_charts
        functions = {verdict.criterion: text for verdict in card.verdicts}
        student = student_page.render(
            card,
            pages,
            assignment=text,
            max_score=30,
            seen=seen,
            functions=functions,
            previous=make_hostile("x" + text),
        )
        pair = Pair(text, text, 0.5, 7, frozenset({(0, 1)}), frozenset({(0, 1)}))
        sources = {text: [(3, f"{text}\nx = 1")]}
        one = similar_pages.render(pair, pages, assignment=text, sources=sources, hrefs=["../a.html", "../b.html"])
        return class_page.render(make_scores(card, assignment=text), pages, similar=[pair]), student, one

    return render


def test_any_text_is_text_and_nothing_else(both, read, hostile: str):
    for page, harmless in zip(both(hostile), both("harmless"), strict=True):
        found, plain = read(page), read(harmless)
        assert all(TAGS.fullmatch(tag) for tag, _ in found.elements)
        # A blank text moves things about, as what would hold it is left out; no other text adds an element, but for
        # words between backticks, which are set as code, and lines of source, each of which has a number.
        free = {"code", "mark", "span"} if "\n" in hostile else {"code"}
        for tag in {tag for tag, _ in found.elements} - free if hostile.strip() else ():
            assert len(found.of(tag)) <= len(plain.of(tag)), tag
        for tag, attributes in found.elements:
            assert not [name for name in attributes if name.startswith("on") or name in {"style", "srcset"}]
            assert re.fullmatch(r"data:image/jpeg;base64,[\w+/=]+", attributes.get("src") or "data:image/jpeg;base64,x")
            target = attributes.get("href")
            if target is not None:
                assert tag in {"a", "link", "use"}
                assert re.fullmatch(r"data:,|#[\w-]+|(\.\./|similar/)?[\w%.-]+\.(html|json|csv|xml|md)", target), target
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", page)


def test_tags_in_a_students_text_are_shown_as_they_are(both, read):
    for page in both("<script>alert(1)</script>"):
        assert len(read(page).of("script")) == page.count("<script") <= 1
        assert "<script>alert(1)</script>" in read(page).text


def test_a_template_in_a_students_text_is_not_run(both, read):
    for page in both("{{ 7 * 7 }}"):
        assert "{{ 7 * 7 }}" in read(page).text
        assert "49" not in read(page).text


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else(both, read):
    for page, scripted in zip(both("x"), (True, False, False), strict=True):
        found = read(page)
        (policy,) = [m["content"] for m in found.of("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        digest, script = (
            base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (found.styles, found.scripts)
        )
        assert policy is not None
        assert policy.split("; ") == [
            "default-src 'none'",
            *([f"script-src 'sha256-{script}'"] if scripted else []),
            f"style-src 'sha256-{digest}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
        assert len(found.of("style")) == 1
        assert "url(" not in found.styles
        assert "@import" not in found.styles
        assert len(found.of("script")) == scripted
        assert not [s for s in found.of("script") if s]


def test_the_policy_stands_before_anything_that_it_governs(both):
    for page in both("x"):
        assert page.index("Content-Security-Policy") < min(
            page.index("<style"), page.index("<link"), page.index("<title")
        )


def test_colours_follow_the_reader_and_paper_has_its_own(pages, make_scores, make_card):
    page = class_page.render(make_scores(make_card()), pages)
    assert "@media (prefers-color-scheme: dark)" in page
    assert "@media print" in page
    assert 'name="viewport" content="width=device-width' in page


def test_a_missing_value_is_an_error_and_not_a_gap(tmp_path: Path):
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "style.css").write_text("p {}")
    (folder / "class.js").write_text("")
    (folder / "x.html.j2").write_text("{{ absent }}")
    with pytest.raises(CourseError, match="'absent' is undefined"):
        Pages(tmp_path).render("x.html.j2")
    with pytest.raises(CourseError, match="missing"):
        Pages(tmp_path).render("y.html.j2")


def test_templates_that_are_not_there_are_named(tmp_path: Path):
    with pytest.raises(CourseError, match=r"style\.css"):
        Pages(tmp_path)


def test_a_style_sheet_cannot_end_its_element(tmp_path: Path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "style.css").write_text("/* </style><script> */")
    with pytest.raises(CourseError, match="may not hold"):
        Pages(tmp_path)


def test_a_script_cannot_end_its_element(tmp_path: Path, templates: Path):
    shutil.copytree(templates, tmp_path, dirs_exist_ok=True)
    (tmp_path / "report" / "class.js").write_text('x = "</script>"')
    with pytest.raises(CourseError, match="may hold neither"):
        Pages(tmp_path)


def test_a_very_long_text_is_cut_and_says_so(pages, make_card, make_verdict, read):
    card = make_card("alice", make_verdict(feedback="y" * 100_000))
    page = student_page.render(card, pages, assignment="week1", max_score=30, seen=None)
    assert len(page) < 40_000
    assert "(95000 more characters)" in read(page).words


def test_words_between_backticks_are_set_as_code_and_stay_escaped(both):
    _, student, _ = both("call `f(<b>)` now")
    assert "call <code>f(&lt;b&gt;)</code> now" in student
