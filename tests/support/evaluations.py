"""Evaluates predictions that a test writes down."""

from weaklabel.evaluation import Request, evaluate
from weaklabel.scoring import Limit

GOLD = 'x,"a,b"\ny,a\nz,[]\n'


def run(files, predictions, gold="id,tags\n" + GOLD, settings=None, **options):
    expected = [Limit(*each) for each in options.pop("expected", ())]
    paths = files(p_csv=predictions, g_csv=gold)
    request = Request(paths["p_csv"], options.pop("against", paths["g_csv"]), rounds=20, **options)
    return evaluate(request, settings, expected)


def value(evaluated, metric):
    return evaluated.evaluation.whole.metrics[metric].value


def warnings(evaluated):
    return [problem.what for problem in evaluated.warnings]
