"""JUnit XML, read by two parsers that are not ours."""

import io

import junitparser
import xunitparser

from grader.export import junit

from .conftest import mark_of, marks_of


def test_a_parser_finds_suites_results_and_the_grade():
    marks = marks_of(mark_of("alice", 15, 7.5, grade=18.0, days_late=1), mark_of("bo", 15, 15), mark_of("held"))
    content = junit.render(marks)
    suites = list(junitparser.JUnitXml.fromstring(content))
    properties = [{each.name: each.value for each in suite.properties()} for suite in suites]
    assert [(each["score"], each["grade"], each["days_late"]) for each in properties] == [
        ("22.5", "18", "1"),
        ("30", "30", "0"),
        ("", "", "0"),
    ]
    assert [(suite.name, suite.tests, suite.failures, suite.errors) for suite in suites] == [
        ("alice", 2, 1, 0),
        ("bo", 2, 0, 0),
        ("held", 1, 0, 1),
    ]


def test_a_second_parser_which_knows_one_suite_a_file_reads_the_same():
    suite, _ = xunitparser.parse(io.BytesIO(junit.render(marks_of(mark_of("alice", 15, 7.5)))))
    assert suite.properties["grade"] == "22.5"
    assert [(case.methodname, case.result) for case in suite] == [("c1", "success"), ("c2", "failure")]


def test_any_words_give_xml_that_both_read(hostiles, make_hostile):
    for hostile in hostiles:
        content = junit.render(marks_of(make_hostile(hostile), week=hostile))
        (suite,) = junitparser.JUnitXml.fromstring(content)
        assert (suite.failures, suite.skipped) == (2, 1)
        _, result = xunitparser.parse(io.BytesIO(content))
        assert (len(result.failures), len(result.skipped)) == (2, 1)
