@NullMarked
package dev.weir.adapters.spring;

import org.jspecify.annotations.NullMarked;
