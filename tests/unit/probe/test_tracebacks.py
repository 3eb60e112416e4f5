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


USER_CODE = """in user code:

    File "/somewhere/tf_keras/src/engine/training.py", line 1398, in train_function  *
        return step_function(self, iterator)
    File "/tmp/ipykernel_4/1465290232.py", line 17, in own  *
        return tf.reduce_mean((a-b)**2)

    TypeError: Input 'y' of 'Sub' Op has type float32.

    It does not match int64.
"""


def test_of_an_error_in_code_that_is_compiled_the_error_within_is_kept():
    said = code_error({"ename": "TypeError", "evalue": USER_CODE}, {})["message"]
    assert said == "Input 'y' of 'Sub' Op has type float32.\n\nIt does not match int64."
    assert code_error({"ename": "TypeError", "evalue": "in user code:"}, {})["message"] == "in user code:"
