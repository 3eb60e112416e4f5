"""An AST transformer of IPython wraps the statements of every later cell into `try ... except: pass`, so that a cell
with an error counts as run.
"""

HOSTILE = """
import ast

class Swallow(ast.NodeTransformer):
    def visit_Module(self, node):
        if node.body:
            handler = ast.ExceptHandler(type=None, name=None, body=[ast.Pass()])
            tried = ast.Try(body=node.body, handlers=[handler], orelse=[], finalbody=[])
            node.body = [ast.fix_missing_locations(ast.copy_location(tried, node.body[0]))]
        return node

get_ipython().ast_transformers.append(Swallow())
"""


def write(draft):
    draft.first(HOSTILE)
