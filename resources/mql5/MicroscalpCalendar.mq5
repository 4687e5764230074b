//+------------------------------------------------------------------+
//| Writes the economic calendar of the terminal for microscalp.      |
//| A service: it needs no chart, and starts again with the terminal. |
//| The file: Common\Files\microscalp_calendar.csv, in UTF-8.         |
//+------------------------------------------------------------------+
#property service
#property copyright "microscalp contributors, MIT license"
#property description "Writes the economic calendar to a file each hour. It neither trades nor reads the account."
#property version   "1.00"

input int DaysBack     = 7;     // Days before today
input int DaysAhead    = 31;    // Days after today
input int EveryMinutes = 60;    // Minutes between two writes

const string FileName  = "microscalp_calendar.csv";
const string Draft     = "microscalp_calendar.tmp";
const string Header    = "time_utc,time_server,server_offset_minutes,country,currency,impact,event,forecast,previous,actual";
const int    DaySeconds = 86400;

//+------------------------------------------------------------------+
//| Writes again and again, until the service is stopped.             |
//+------------------------------------------------------------------+
void OnStart()
  {
   while(!IsStopped())
     {
      // After a failure, such as a terminal that is not connected yet, a minute is enough.
      int minutes = WriteCalendar() ? MathMax(1, EveryMinutes) : 1;
      for(int second = 0; second < minutes * 60 && !IsStopped(); second++)
         Sleep(1000);
     }
  }

//+------------------------------------------------------------------+
//| Minutes that the trade server is ahead of UTC, to a quarter hour. |
//+------------------------------------------------------------------+
int ServerOffsetMinutes()
  {
   double minutes = (double)((long)TimeTradeServer() - (long)TimeGMT()) / 60.0;
   return (int)MathRound(minutes / 15.0) * 15;
  }

//+------------------------------------------------------------------+
//| The whole file, or nothing: the desk never sees half of it.       |
//+------------------------------------------------------------------+
bool WriteCalendar()
  {
   if(TimeTradeServer() == 0)
      return(false);
   int file = FileOpen(Draft, FILE_WRITE | FILE_TXT | FILE_ANSI | FILE_COMMON, 0, CP_UTF8);
   if(file == INVALID_HANDLE)
     {
      PrintFormat("%s cannot be opened (error %d)", Draft, GetLastError());
      return(false);
     }
   FileWriteString(file, Header + "\n");
   int offset = ServerOffsetMinutes();
   datetime today = TimeTradeServer() - TimeTradeServer() % DaySeconds;
   int rows = 0;
   for(int day = -DaysBack; day <= DaysAhead && !IsStopped(); day++)
      rows += WriteDay(file, today + day * DaySeconds, offset);
   FileClose(file);
   if(rows == 0)
     {
      Print("The terminal has no calendar yet; the file stays as it was");
      return(false);
     }
   if(!FileMove(Draft, FILE_COMMON, FileName, FILE_COMMON | FILE_REWRITE))
     {
      PrintFormat("%s cannot be replaced (error %d)", FileName, GetLastError());
      return(false);
     }
   PrintFormat("%d events written to %s, the server is %d minutes ahead of UTC", rows, FileName, offset);
   return(true);
  }

//+------------------------------------------------------------------+
//| The events of a day of the trade server; returns how many.        |
//+------------------------------------------------------------------+
int WriteDay(const int file, const datetime day, const int offset)
  {
   MqlCalendarValue values[];
   ResetLastError();
   if(!CalendarValueHistory(values, day, day + DaySeconds - 1))
      return(0);
   int rows = 0;
   for(int place = 0; place < ArraySize(values); place++)
     {
      MqlCalendarEvent event;
      MqlCalendarCountry country;
      if(!CalendarEventById(values[place].event_id, event) || !CalendarCountryById(event.country_id, country))
         continue;
      FileWriteString(file, Row(values[place], event, country, offset) + "\n");
      rows++;
     }
   return(rows);
  }

//+------------------------------------------------------------------+
//| One event. Times of the calendar are those of the trade server.   |
//+------------------------------------------------------------------+
string Row(const MqlCalendarValue &value, const MqlCalendarEvent &event, const MqlCalendarCountry &country, const int offset)
  {
   bool has_time = event.time_mode == CALENDAR_TIMEMODE_DATETIME;
   string server = TimeToString(value.time, TIME_DATE | TIME_SECONDS);
   string utc = has_time ? TimeToString(value.time - offset * 60, TIME_DATE | TIME_SECONDS)
                         : TimeToString(value.time, TIME_DATE) + " All Day";
   string forecast = value.HasForecastValue() ? Figure(value.GetForecastValue(), event) : "";
   string previous = value.HasPreviousValue() ? Figure(value.GetPreviousValue(), event) : "";
   string actual = value.HasActualValue() ? Figure(value.GetActualValue(), event) : "";
   return(utc + "," + server + "," + IntegerToString(offset) + "," + Quoted(country.code) + "," + Quoted(country.currency)
          + "," + Impact(event.importance) + "," + Quoted(event.name) + "," + forecast + "," + previous + "," + actual);
  }

string Figure(const double value, const MqlCalendarEvent &event)
  {
   return(DoubleToString(value, (int)event.digits) + (event.unit == CALENDAR_UNIT_PERCENT ? "%" : ""));
  }

string Impact(const ENUM_CALENDAR_EVENT_IMPORTANCE importance)
  {
   switch(importance)
     {
      case CALENDAR_IMPORTANCE_HIGH:     return("high");
      case CALENDAR_IMPORTANCE_MODERATE: return("medium");
      case CALENDAR_IMPORTANCE_LOW:      return("low");
     }
   return("none");
  }

//+------------------------------------------------------------------+
//| A text as a cell of CSV.                                          |
//+------------------------------------------------------------------+
string Quoted(string text)
  {
   StringReplace(text, "\"", "\"\"");
   return("\"" + text + "\"");
  }
//+------------------------------------------------------------------+
