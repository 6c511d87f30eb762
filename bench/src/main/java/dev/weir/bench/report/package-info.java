/** What a run found, as a table, JSON and a page. */
@org.jspecify.annotations.NullMarked
package dev.weir.bench.report;
