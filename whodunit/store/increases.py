"""The table macro `increases(since, until)`: points of a stretch of time, each with its increase over the one before.

Points of delta temporality are increases already, gauges and up-down counters pass as they are. From a cumulative
counter or histogram the preceding point of the same series is subtracted, if need be one from before the stretch. The
first point of a series counts whole when the series is new; else its increase is unknown, and it is left out.
"""

LOOK_BACK = "interval 10 minute"  # ten times the usual interval of export: the preceding point lies there
NEW = "interval 2 minute"  # a series that began so long before its first point has not been exported elsewhere
APART = "interval 1 second"  # the points of one export may differ a little in time

CUMULATIVE = "temporality = 'cumulative' and (monotonic or type = 'histogram')"
WITHIN = f"time >= since - {LOOK_BACK} and time < until and {CUMULATIVE} and coalesce(value, count) is not null"

# From point to point an exponential histogram's buckets grow in number or width: the earlier ones lie within the later.
BUCKETS = """
create or replace macro bucket_around(i, inner_bounds, bounds) as
  case when i = 1 then 1 when i > len(inner_bounds) then len(bounds) + 1
    else len(list_filter(bounds, lambda bound: bound < inner_bounds[i])) + 1 end
"""
LATER_BUCKETS = """
create or replace macro bucket_increases(counts, bounds, counts_before, bounds_before) as
  case when counts_before is null then counts
    when bounds = bounds_before then list_transform(counts, lambda n, i: n - counts_before[i])
    else list_transform(counts, lambda n, i: cast(n - list_sum(list_transform(counts_before,
      lambda m, j: if(bucket_around(j, bounds_before, bounds) = i, m, 0))) as bigint)) end
"""

INCREASES = f"""
create or replace macro increases(since, until) as table
with points as (
  select *, lag(time) over series as time_before, lag(value) over series as value_before,
    lag(count) over series as count_before, lag(sum) over series as sum_before,
    lag(bounds) over series as bounds_before, lag(bucket_counts) over series as bucket_counts_before
  from metrics where {WITHIN}
  window series as (partition by resource_id, scope, name, attributes, start_time order by time)
), processes as (
  select resource_id, start_time, min(time) as first_time from metrics where {WITHIN} group by all
), known as (
  select points.*, time_before is null or value < value_before or count < count_before as anew
  from points join processes on processes.resource_id = points.resource_id
    and processes.start_time is not distinct from points.start_time
  where time >= since and (time_before is not null or first_time < time - {APART}
    or (points.start_time >= time - {NEW} and points.start_time < time))
), increased as (
  select * exclude (time_before, value_before, count_before, sum_before, bounds_before, bucket_counts_before, anew)
  replace (
    coalesce(time_before, start_time) as start_time, 'delta' as temporality,
    value - if(anew, 0, value_before) as value,
    count - if(anew, 0, count_before) as count,
    sum - if(anew, 0, sum_before) as sum,
    cast(null as double) as min, cast(null as double) as max,
    bucket_increases(bucket_counts, bounds, if(anew, null, bucket_counts_before), bounds_before) as bucket_counts
  ) from known
)
from metrics where time >= since and time < until and ({CUMULATIVE}) is not true
union all by name from increased
"""  # noqa: S608  names of our own

WITHOUT_TOTALS = """
create or replace macro increases(since, until) as table
from metrics where time >= since and time < until
"""
"""The macro for a recording without cumulative series: planning it takes a third of the time."""

MACROS = (BUCKETS, LATER_BUCKETS, INCREASES)
"""The statements that create the macro."""
