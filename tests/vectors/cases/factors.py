from . import Cases

cases = Cases("factors")
cases.good("tmp", "factors", {"data": {}, "call": "data", "query": {}}, "tmp", "tmp")
