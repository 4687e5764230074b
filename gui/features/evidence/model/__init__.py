"""What was measured for the settings in force: kept in the data folder, shown next to AUTO, confirmed before AUTO."""
