"""`make bench`: what things cost on this machine, as medians and as ratios within one run."""

from tests.benchmarks import charts, large_pages, mail, polling, reading, returned, subscribers

if __name__ == "__main__":
    for benchmark in (charts, mail, returned, reading, polling, subscribers, large_pages):
        print(benchmark.__doc__)
        for line in benchmark.run():
            print(f"  {line}")
