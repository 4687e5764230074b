"""From a setup to a closed position.

From the click to the broker: `engine.handle` passes `ApprovePlan` through `Trader` to `CommandDesk`, and `EntryDesk`
takes the proposal off the `ApprovalDesk` if it is what the user saw. `Dispatch` asks `RiskContext` for the desk as it
is now and has its gate rule: a denial ends the plan there, in one place. Otherwise `PlanStore` writes the intent, and
only once it is on the disk its `Permit` comes back. Every check is made again, and `OrderManager.submit(order, permit)`
sends the order, once. What the broker answers comes to `Execution`, which lets `OrderManager`, `PositionManager` or
`Reconciler` follow it; then `BrokerRecord` moves the plan on, and the event is announced.

From the candle to the journal: the pipeline in `engine.engine` reads and judges a closed candle, writes it into
`MarketState` and announces it. `Trader.on_candle` leaves positions that it speaks against, then `EntryDesk` makes a
plan of its setup. What changes a plan, a lock or a mode is written by the store of it in one transaction with its
record, before it is announced; everything else is announced on the bus, where `JournalObserver` hears it first and
writes it down. Each record is made of an event by `record_of`, and by nothing else.
"""
