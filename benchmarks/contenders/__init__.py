"""Programs that do the same job as the product; each runs alone, in the benchmarks' environment."""
