"""Label models as their equations read: row by row, in plain Python. Slow, and sharing no code with the real ones."""

import math

ABSTAIN = -1


def normalised(weights):
    total = math.fsum(weights)
    return [w / total for w in weights]


def from_logs(scores):
    highest = max(scores)
    return normalised([math.exp(s - highest) for s in scores])


def dawid_skene(rows, k, balance, steps=100, tolerance=1e-6):
    """P(class | row) of every row with votes, by EM; keyed by the row."""
    rows = [tuple(row) for row in rows if max(row, default=ABSTAIN) >= 0]
    posterior = [normalised([row.count(c) for c in range(k)]) for row in rows]
    symbols = [ABSTAIN, *range(k)]
    m = len(rows[0])
    for _ in range(steps):
        size = [math.fsum(p[y] for p in posterior) for y in range(k)]
        rate = {}
        for j in range(m):
            usual = {c: (sum(row[j] == c for row in rows) + 0.5) / (len(rows) + 0.5 * (k + 1)) for c in range(k)}
            usual[ABSTAIN] = 1 - math.fsum(usual.values())
            for y in range(k):
                for s in symbols:
                    seen = math.fsum(p[y] for p, row in zip(posterior, rows, strict=True) if row[j] == s)
                    rate[j, s, y] = (seen + usual[s]) / (size[y] + 1)
        before = posterior
        posterior = [
            normalised([balance[y] * math.prod(rate[j, row[j], y] for j in range(m)) for y in range(k)]) for row in rows
        ]
        if (
            max(abs(a - b) for p, q in zip(posterior, before, strict=True) for a, b in zip(p, q, strict=True))
            < tolerance
        ):
            break
    return dict(zip(rows, posterior, strict=True))


def pooled(rows, k, balance, *, hears_silence=True, estimates_balance=False, steps=3):
    """P(class | row) of every row with votes; keyed by the row."""
    given = [tuple(row) for row in rows if max(row, default=ABSTAIN) >= 0]
    columns = sorted(dict.fromkeys(zip(*given, strict=True)))  # those that never differ are one
    rows = list(zip(*columns, strict=True))
    n, m, prior = len(rows), len(columns), list(balance)
    times = {(j, c): columns[j].count(c) for j in range(m) for c in range(k)}
    vote = {
        (j, c): [-math.log(times[j, c] / n) if c == y and times[j, c] else 0.0 for y in range(k)]
        for j in range(m)
        for c in range(k)
    }
    share = _shares(rows, [[1.0]] * n, vote, m, k, 0.8)  # all records are one group
    posterior = [
        from_logs([math.fsum(share[j] * vote[j, v][y] for j, v in enumerate(row) if v >= 0) for y in range(k)])
        for row in rows
    ]
    for _ in range(steps):
        mass = [math.fsum(p[y] for p in posterior) for y in range(k)]
        if estimates_balance:
            prior = [(mass[y] + 10 * balance[y]) / (n + 10) for y in range(k)]
        agreeing = {
            (j, c): [math.fsum(p[y] for p, row in zip(posterior, rows, strict=True) if row[j] == c) for y in range(k)]
            for j in range(m)
            for c in range(k)
        }
        vote, silence = _evidence(agreeing, times, mass, prior, n, m, k, hears_silence)
        share = _shares(rows, posterior, vote, m, k, 4 / max(n, 4))
        posterior = []
        for row in rows:
            scores = [math.log(q) for q in prior]
            for j, v in enumerate(row):
                for y in range(k):
                    scores[y] += share[j] * (silence[j][y] + (vote[j, v][y] if v >= 0 else 0.0))
            posterior.append(from_logs(scores))
    return dict(zip(given, posterior, strict=True))


def _evidence(agreeing, times, mass, prior, n, m, k, hears_silence):
    usual = []
    for c in range(k):
        right = math.fsum(agreeing[j, c][c] for j in range(m))
        usual.append((right + 5 * 0.7) / (sum(times[j, c] for j in range(m)) + 5))
    strength = 0.5 * math.sqrt(n)
    chance = {}
    for j in range(m):
        for c in range(k):
            for y in range(k):
                other = math.fsum(prior[z] for z in range(k) if z != c)
                centre = usual[c] if y == c else (1 - usual[c]) * prior[y] / other
                precision = (agreeing[j, c][y] + strength * centre) / (times[j, c] + strength)
                rate = (times[j, c] + 0.5) / (n + 1)
                chance[j, c, y] = min(max(precision * rate / ((mass[y] + 1) / (n + k)), 1e-6), 1 - 1e-6)
    silence = [
        [
            math.log(max(1 - math.fsum(chance[j, c, y] for c in range(k)), 1e-3)) if hears_silence else 0.0
            for y in range(k)
        ]
        for j in range(m)
    ]
    vote = {
        (j, c): [math.log(chance[j, c, y]) - silence[j][y] if times[j, c] else 0.0 for y in range(k)]
        for j in range(m)
        for c in range(k)
    }
    return vote, silence


def _shares(rows, groups, vote, m, k, ignored):
    """1 over the sum of squared correlations, within groups, of what votes add, as far as these exceed `ignored`.

    `groups` says how much of each row is of each group.
    """
    centred = {key: [x - math.fsum(added) / k for x in added] for key, added in vote.items()}
    adds = [[centred[j, v] if v >= 0 else [0.0] * k for j, v in enumerate(row)] for row in rows]
    ys = range(len(groups[0]))
    mass = [math.fsum(p[y] for p in groups) for y in ys]
    mean = [
        [[math.fsum(p[y] * x[j][a] for p, x in zip(groups, adds, strict=True)) / mass[y] for a in range(k)] for y in ys]
        for j in range(m)
    ]

    def covariance(j, i):
        return math.fsum(
            p[y] * (x[j][a] - mean[j][y][a]) * (x[i][a] - mean[i][y][a])
            for p, x in zip(groups, adds, strict=True)
            for y in ys
            for a in range(k)
        )

    shares = []
    for j in range(m):
        total = 1.0
        for i in range(m):
            scale = math.sqrt(max(covariance(j, j), 0) * max(covariance(i, i), 0))
            if i != j and scale > 1e-6:
                r = min(max(covariance(j, i) / scale, 0), 1)
                total += max(r * r - ignored, 0) / max(1 - ignored, 1e-6)
        shares.append(1 / total)
    return shares
