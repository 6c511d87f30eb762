@NullMarked
package dev.weir.adapters.langchain4j;

import org.jspecify.annotations.NullMarked;
