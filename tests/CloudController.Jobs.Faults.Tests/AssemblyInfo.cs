// Each test has nodes and a database of its own, and mostly waits.
[assembly: Xunit.v3.Parallelization(MaxThreads = 3)]
