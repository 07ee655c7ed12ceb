# Named checks, printed as TAP. A check is an expression that calls is, like or fails; the
# first difference, or any other error or warning, ends it.

tally <- new.env()
tally$count <- 0
tally$failed <- 0

# shown writes a value with its class and digits, so that values are equal where these texts are.
# Frames are the lists of their columns: names of their rows are an accident.
shown <- function(v) gsub("\n *", " ", paste(deparse(if (is.data.frame(v)) as.list(v) else v, width.cutoff = 500, control = c("keepNA", "keepInteger", "niceNames", "showAttributes", "digits17")), collapse = " "))

is_ <- function(got, want, what = NULL) {
  g <- shown(got)
  w <- shown(want)
  if (g != w) stop(paste0(if (!is.null(what)) paste0(what, ": "), "expected ", substr(w, 1, 1500), "\ngot ", substr(g, 1, 1500)), call. = FALSE)
}

like <- function(got, pattern) {
  if (!isTRUE(grepl(pattern, got, perl = TRUE))) stop(paste0("expected ", pattern, "\ngot ", shown(got)), call. = FALSE)
}

# check runs an expression under a name; FALSE: it failed.
check <- function(name, code) {
  tally$count <- tally$count + 1
  problem <- tryCatch({ force(code); NULL }, error = function(e) conditionMessage(e), warning = function(w) paste("warning:", conditionMessage(w)))
  if (is.null(problem)) {
    cat("ok ", tally$count, " - ", name, "\n", sep = "")
    return(invisible(TRUE))
  }
  tally$failed <- tally$failed + 1
  cat("not ok ", tally$count, " - ", name, "\n", sep = "")
  for (l in strsplit(problem, "\n")[[1]]) if (nzchar(l)) cat("# ", l, "\n", sep = "")
  invisible(FALSE)
}

finish <- function() {
  cat("1..", tally$count, "\n", sep = "")
  quit(save = "no", status = if (tally$failed > 0) 1 else 0)
}
