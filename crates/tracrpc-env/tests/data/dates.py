"""Writes what Trac's parse_date makes of texts, for a fixed time and three zones.

Run it with a Python that has Trac 1.6: LC_ALL=C python dates.py > dates.tsv
"""
import datetime
import random

import trac.util.datefmt as d
from trac.core import TracError
NOW = datetime.datetime(2024, 3, 15, 12, 30, 45, 123456, d.utc)
d.datetime_now = lambda tz=None: NOW.astimezone(tz) if tz else NOW
zones = {'UTC': d.utc, 'GMT +2:00': d.timezone('GMT +2:00'), 'GMT -8:00': d.timezone('GMT -8:00')}
texts = """now|today|yesterday|tomorrow| today |Today|this week|last week|next week|this month|last month|next month|this year|last year|next year
this day|last day|next day|this hour|last hour|next hour|this minute|last minute|next minute|this second|last second|next second|thisweek|this  week|this weeks
3 days ago|3 day ago|3days ago|3d|3 d ago|3d ago|-3d|- 3 days|-3 days ago|3 days|1 week ago|2w|6 months ago|6m|6 m|1 year ago|1y|1.5 days ago|1.5h|.5h|1.h|90 minutes ago|45 seconds ago|3 hours ago|3h
in 3 days|in 3 days ago|+3d|+ 3d|in3days|in 1.5 weeks|in 2 months|+2y|in 0 days|0d|00012 hours ago|3 fortnights ago|3 mo|3 minutess|3 min|days ago|ago|in|+|-|3|30|300 years ago|9000 years ago|in 9000 years|1e3 days ago|100000000000 days ago|3 days  ago|3 dago|3dago|3sago|3 s ago|0.1 seconds ago|1.23456789 seconds ago|3 days ago.
2024|2024-03|2024-03-15|20240315|202403|2024-0315|202403-15|2024-3-15|2024-03-5|24-03-15|2024-13-01|2024-00-10|2024-02-30|2023-02-29|2024-02-29|0000-01-01|0001-01-01|9999-12-31|9999-12-30|10000-01-01|12024-01-01
2024-03-15T10|2024-03-15T10:20|2024-03-15T10:20:30|2024-03-15 10:20:30|2024-03-15T102030|20240315T102030|20240315 1020|2024-03-15T10:20:30.5|2024-03-15T10:20:30,123|2024-03-15T10:20:30.123456|2024-03-15T10:20:30.1234567|2024-03-15T10:20:30.|2024-03-15T24:00|2024-03-15T23:60|2024-03-15T23:59:60|2024-03-15t10:20|2024-03-15_10:20|2024-03-15  10:20
2024-03-15T10:20:30Z|2024-03-15T10:20:30z|2024-03-15T10:20:30+02:00|2024-03-15T10:20:30-0530|2024-03-15T10:20:30+02|2024-03-15T10:20:30 +02:00|2024-03-15T10:20:30+2|2024-03-15T10:20:30+24:00|2024-03-15T10:20:30+23:59|2024-03-15T10:20:30+00:60|2024-03-15T10:20:30+00:00|2024-03-15Z|2024-03Z|2024Z|2024-03-15+02:00|2024-03+02|2024+02|2024-05:30|2024-03-05:30|2024-12-10-05|2024-03-15T10Z|2024-03-15T1020-05:00|2024-03-15T10-05|2024-03-15T10-0530|T10:20|10:20|10:20:30|0001-01-01T00:00:00+02:00|9999-12-31T23:59:59-02:00|9999-12-31T23:59:59|2024-03-15T10:20:30+0:00|2024-03-15T10:20:30+02:|2024-03-15T10:20:30+02:0|2024-03-15T
03/15/24|3/15/24|03/15/2024|3/5/24|13/01/24|01/13/24|03/15/69|03/15/68|03/15/70|03/15/99|03/15/24 10:20:30|03/15/24 10:20|03/15/24, 10:20:30|10:20:30 03/15/24|10:20:30, 03/15/24|03/15/24 10|3/15/24 1:2:3|03/15/24  10:20:30|03/15/24 25:00:00|02/30/24|02/29/24|02/29/23|03-15-24|03.15.24|03-15-2024|15/03/2024|15.03.2024|2024/03/15|03/15|03/15/24x|x03/15/24
Mar 15, 2024|mar 15, 2024|March 15, 2024|MAR 15, 2024|15 Mar 2024|15 March 2024|2024 Mar 15|Mar 2024|Mar 15|15. Mar 2024|Mar 15 2024|Mar  5, 2024|Fri Mar 15 10:20:30 2024|fri mar 15 10:20:30 2024|Friday Mar 15 10:20:30 2024|Mon Mar 15 10:20:30 2024|Fri Mar  5 10:20:30 2024|Fri, 15 Mar 2024 10:20:30 GMT|Mar 15, 24|5 jan 20|20 5 jan|jan 20 5|2020 jan 05|jan feb 2020|jan 1 feb|may 5 2020|Mai 5 2020|august 12, 2020 3pm|Aug 12, 2020 3:04 pm|Aug 12, 2020 3:04:05 PM|Aug 12, 2020 12:04:05 AM|Aug 12, 2020 12:04:05 PM|Aug 12, 2020 13:04:05 PM|Aug 12, 2020 0:04 am|8/12/20 3pm|8/12/20 3:04pm|8/12/20 3:04:05pm|8/12/2020 pm|pm 8/12/2020|am pm 8/12/2020 3:04|8/12/2020 3:04 am pm|1 2 3|1 2 3 4|1 2 3 4 5|1 2 3 4 5 6|1 2 3 4 5 6 7|1 2 3 99|1 2|1|12 12 12|1 2 003|1 2 0003|1 2 12345|Sam 1 2 2020|dec 31 9999|dec 31 99999|jan 1 0001|jan 1 1|2020 1 jan|99 jan 1|1 99 jan|1 jan 99|31 jan 2020 23:59:59|foo|foo 1 2 2020 bar|1//2//2020|1/2/2020 10:20:30.5|1/2/2020 10:20:30 +02:00|2024-3-5|5-3-2024|03/15/2024 10:20:30|december 25 2024|25 december 2024 18:00|Sep 11, 2001 08:46:30|sept 11 2001|11 sept 2001|noon|midnight|||2024-W11|2024-075|@1234567890|1234567890|1710505845|12345678|123456|12345|1234|123|12|99999999|00000000|20241301|20240230|é|15 mars 2024|15 août 2024|2024年3月15日|١٥ 2024|-|--|..|/|1/1/1|0/0/0|1/0/1|-1/1/2020|1/-1/2020|+1 day|+1 days|+1.5 day|in 1 day|in a day|a day ago|one day ago|5 Minutes ago|5 MINUTES AGO|Yesterday|YESTERDAY|yesterday |last  month|last-month|last_month|lastyear|next quarter|this decade|in 1 s|1s|1second|1 second|1seconds|1min|1minute|1 hours|1 hour ago|2 hours ago|24h|48 h|7d|7 d|7 days|14days|4w|52w|12m|12 m ago|1 month|1months|18 months ago|1years|1 years ago""".replace('\n','|').split('|')
random.seed(7)
pieces=['2024','03','15','-','/',':','T',' ','10','20','30','Z','+','02','mar','pm','ago','days','3','.5',',','1','99','0','w','last','week','in']
for _ in range(420):
    texts.append(''.join(random.choice(pieces) for _ in range(random.randint(2,9))))
seen=set(); out=[]
for t in texts:
    if t in seen: continue
    seen.add(t)
    row=[t]
    for z in zones.values():
        try:
            r=d.parse_date(t, z)
            us=d.to_utimestamp(r)
            row.append(str(us))
        except TracError as e:
            m=str(e)
            row.append('outside' if 'outside valid' in m else 'invalid')
        except OverflowError as e:
            row.append('outside')
    out.append('\t'.join(row))
print('# text, then microseconds in UTC, GMT +2:00 and GMT -8:00; now is 2024-03-15T12:30:45.123456Z')
print('\n'.join(out))
