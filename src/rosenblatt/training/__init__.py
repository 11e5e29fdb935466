"""Time passing: epochs, orders, schedules, stopping, callbacks. No mathematics of networks."""
