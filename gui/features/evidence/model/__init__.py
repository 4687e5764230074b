"""What was measured of the settings in force: kept in the data folder, shown beside AUTO, asked for before AUTO."""
