from grader.probe.tracebacks import code_error

GRAPH = """Graph execution error:

Detected at node loss/Gather defined at (most recent call last):
  File "<string>", line 6, in <module>

  File "/somewhere/kernel.py", line 59, in main

Received a label value of 24 which is outside the valid range of [0, 24).  Label values: 3 24
\t [[{{node loss/Gather}}]] [Op:__inference_multi_step_on_iterator_1234]"""


def test_of_an_error_in_a_compiled_function_the_line_that_matters_is_kept():
    said = code_error({"ename": "InvalidArgumentError", "evalue": GRAPH}, {})["message"]
    assert said == (
        "Graph execution error:\n"
        "Received a label value of 24 which is outside the valid range of [0, 24).  Label values: 3 24"
    )


def test_other_messages_stay_as_they_are():
    said = code_error({"ename": "ValueError", "evalue": 'no file\n  File "a.py"'}, {})["message"]
    assert said == 'no file\n  File "a.py"'
