"""Calendars as their makers export them, shortened."""

from __future__ import annotations

FOREX_FACTORY = """\
Title,Country,Date,Time,Impact,Forecast,Previous,URL
German ifo Business Climate,EUR,07-27-2026,8:00am,Low,86.1,85.6,https://www.example.com/1
OPEC-JMMC Meetings,All,07-28-2026,All Day,Medium,,,https://www.example.com/2
Bank Holiday,JPY,07-28-2026,All Day,Holiday,,,https://www.example.com/3
BOJ Policy Rate,JPY,07-29-2026,Tentative,High,<0.75%,0.75%,https://www.example.com/4
FOMC Statement,USD,07-29-2026,6:00pm,High,,,https://www.example.com/5
"Core PCE Price Index, m/m",USD,07-30-2026,12:30pm,High,0.3%,0.2%,https://www.example.com/6
"""
FXSTREET = """\
Id,Start,Name,Impact,Currency
f7cf329c-4739,02/05/2026 13:30:00,Nonfarm Payrolls,HIGH,USD
8927f9bb-68b5,02/05/2026 13:30:00,Unemployment Rate,MEDIUM,USD
0b7a2a3c-11aa,02/09/2026 09:00:00,Fed's Bowman speech,LOW,USD
19d1a7fe-75c1,02/10/2026 00:00:00,Carnival,NONE,EUR
"""
FXSTREET_ISO = """\
Start,Name,Impact,Currency
2026-02-05T13:30:00Z,Nonfarm Payrolls,HIGH,USD
2026-02-06T09:00:00+01:00,Industrial Production,LOW,EUR
"""
INVESTING = """\
id,date,time,zone,currency,importance,event,actual,forecast,previous
372874,04/02/2026,All Day,australia,,,Australia Day,,,
372875,05/02/2026,13:30,united states,USD,High Volatility Expected,Nonfarm Payrolls,,180K,170K
372876,05/02/2026,15:00,,USD,Moderate Volatility Expected,ISM PMI,,49.1,48.7
372877,06/02/2026,07:00,germany,EUR,Low Volatility Expected,Trade Balance,12.1B,11.0B,10.9B
"""
INVESTING_STARS = """\
Time;Cur.;Imp.;Event;Actual;Forecast;Previous
2026-02-05 13:30;USD;***;Nonfarm Payrolls;;180K;170K
2026-02-05 15:00;USD;**;ISM PMI;;49.1;48.7
2026-02-06 07:00;EUR;★☆☆;Trade Balance;12.1B;11.0B;10.9B
"""
MYFXBOOK = """\
Date,Event,Impact,Previous,Consensus,Actual,Currency
"2026, February 05, 13:30",Nonfarm Payrolls,High,170K,180K,,USD
"2026, February 06, 07:00",Trade Balance,Low,10.9B,11.0B,12.1B,EUR
2026-02-06 09:00:00,Retail Sales,Medium,0.1%,0.2%,,EUR
"""
TERMINAL = """\
time_utc,time_server,server_offset_minutes,country,currency,impact,event,forecast,previous,actual
2026.07.29 18:00:00,2026.07.29 21:00:00,180,"US","USD",high,"FOMC Statement",,,
2026.07.30 12:30:00,2026.07.30 15:30:00,180,"US","USD",high,"Core PCE Price Index m/m",0.3%,0.2%,
2026.07.31 09:00:00,2026.07.31 12:00:00,180,"EU","EUR",medium,"CPI ""flash"" y/y",2.1%,2.0%,2.0%
2026.08.03 All Day,2026.08.03 00:00:00,180,"CA","CAD",none,"Civic Holiday",,,
"""
"""As the service for MetaTrader 5 writes it."""
ICALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n"
    "BEGIN:VTIMEZONE\r\nTZID:America/New_York\r\nBEGIN:STANDARD\r\nDTSTART:20071104T020000\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    "BEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=America/New_York:20260710T083000\r\n"
    "SUMMARY:USD - CPI m/m\\, core and\r\n  all items\r\nCATEGORIES:Economy,High Impact\r\n"
    "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDTSTART:20200101T000000Z\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20260115T133000Z\r\nSUMMARY:Germany: CPI\r\nPRIORITY:5\r\nEND:VEVENT\r\n"
    'BEGIN:VEVENT\r\nUID:3\r\nDTSTART;TZID="Europe/London":20260706T070000\r\nSUMMARY:GDP\r\nPRIORITY:9\r\n'
    "CATEGORIES:GBP\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:4\r\nDTSTART;VALUE=DATE:20260703\r\nSUMMARY:FOMC\r\nRRULE:FREQ=MONTHLY\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:5\r\nDTSTART:20260704T120000\r\nSUMMARY:Moved\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)
EVERY = {
    "Forex Factory": FOREX_FACTORY,
    "FXStreet": FXSTREET,
    "FXStreet, ISO": FXSTREET_ISO,
    "Investing.com": INVESTING,
    "stars": INVESTING_STARS,
    "Myfxbook": MYFXBOOK,
    "MetaTrader": TERMINAL,
    "iCalendar": ICALENDAR,
}
