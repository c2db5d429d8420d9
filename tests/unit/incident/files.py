"""The files of a face small enough to see through, with one cause and with two."""

SCENARIO = """\
schema_version: 1
title: Payments are slow
story: Somebody says that payments are slow today.
level: beginner
documented_in: S1
load:
  rates: {buy: 5}
steady:
  within: 30s
  sustained: 3s
  metrics:
    - {id: quick-before, title: Payments are quick, histogram: pay, p: 95, below: 1s}
faults:
  - {flag: payment-pool-exhaustion, variant: "on", lasts: 2m}
expect:
  within: 40s
  metrics:
    - {id: slow, title: Payments are slow, histogram: pay, p: 95, above: 10s}
  spans:
    - {id: waits, title: A payment waits, name: pay, longer_than: 10s}
  logs:
    - {id: says-so, title: Payment says so, body: Too slow., within: 20s}
quiet:
  metrics:
    - {id: gateway-fast, title: The gateway is quick, histogram: gateway, p: 95, below: 1s}
remedies:
  - flag: payment-larger-pool
    title: A larger pool
    symptom: slow
    within: 30s
    sustained: 3s
    metrics:
      - {id: healed, title: Payments are quick, histogram: pay, p: 95, below: 1s}
recover:
  within: 30s
  sustained: 3s
  metrics:
    - {id: quick-after, title: Payments are quick, histogram: pay, p: 95, below: 1s}
trigger: data
"""


FAULTS = 'faults:\n  - {flag: payment-pool-exhaustion, variant: "on", lasts: 2m}\n'
TRIGGER = "trigger: data\n"
FACE = SCENARIO.replace(FAULTS, "").replace(TRIGGER, "") + "hints: [Look.]\ncauses: [held, slow]\n"
HELD = TRIGGER + 'faults: [{flag: payment-pool-exhaustion, variant: "on"}]\n'
SLOW = """\
load: {rates: {buy: 3}}
trigger: peer
faults: [{flag: gateway-slow, variant: slow}]
expect: {logs: [{id: named, title: The gateway is named, body: Gateway.}]}
quiet: {metrics: [{id: pool-fine, title: The pool is fine, counter: timeouts, at_most: 0}]}
remedies:
  - {flag: payment-gateway-breaker, title: A breaker, symptom: named, logs: [{id: over, title: Over, at_most: 0}]}
hints: [Look again.]
"""
TRUTH = """\
schema_version: 1
component: payment
reason: connection-held-across-call
explanation: A transaction is held across a call.
causes: {held: {}, slow: {component: gateway, reason: slow-dependency}}
"""
