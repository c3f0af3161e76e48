# Times lme4, lmerTest and pbkrtest on the files of a folder; prints one JSON object of seconds.
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
arguments <- commandArgs(TRUE)
folder <- arguments[1]
plan <- fromJSON(file.path(folder, "plan.json"))
column <- function(name, what) {
  path <- file.path(folder, name)
  readBin(path, what, n = file.size(path) / ifelse(what == "integer", 4, 8),
          size = ifelse(what == "integer", 4, 8))
}
table <- function(n) data.frame(
  y = column(paste0(n, "_y.bin"), "double"), x = column(paste0(n, "_x.bin"), "double"),
  arm = column(paste0(n, "_arm.bin"), "double"), school = factor(column(paste0(n, "_school.bin"), "integer")),
  klass = factor(column(paste0(n, "_klass.bin"), "integer")))
best <- function(task, times) {
  found <- c()
  while (length(found) < times || sum(found) < 1) {
    gc(FALSE); start <- proc.time()[[3]]; task(); found <- c(found, proc.time()[[3]] - start)
  }
  min(found)
}
each <- function(task, times) {
  start <- proc.time()[[3]]
  for (k in seq_len(times)) task(k)
  (proc.time()[[3]] - start) / times
}
found <- list()
for (n in plan$sizes) {
  data <- table(n)
  times <- if (n > 1e6) 1 else 5
  found[[paste0("two-level ", n)]] <- best(function() lme4::lmer(y ~ arm + x + (1 | school), data), times)
  if (n %in% plan$three_level)
    found[[paste0("three-level ", n)]] <-
      best(function() lme4::lmer(y ~ arm + x + (1 | school) + (1 | klass), data), times)
}
data <- table(plan$replicated)
schools <- as.integer(data$school)
S <- max(schools)
parts <- lme4::lFormula(y ~ arm + x + (1 | school), data)
found$permuted <- each(function(k) {
  parts$X[, "arm"] <<- sample(rep_len(c(0, 1), S))[schools]
  objective <- do.call(lme4::mkLmerDevfun, parts)
  optimum <- lme4::optimizeLmer(objective)
  lme4::fixef(lme4::mkMerMod(environment(objective), optimum, parts$reTrms, fr = parts$fr))
}, plan$times)
fit <- lme4::lmer(y ~ arm + (1 | school), data)
outcomes <- simulate(fit, plan$times)
found$simulated <- each(function(k) lme4::refit(fit, outcomes[[k]]), plan$times)
rows <- split(seq_len(nrow(data)), schools)
found$bootstrap <- each(function(k) {
  drawn <- sample(S, replace = TRUE)
  again <- data[unlist(rows[drawn]), ]
  again$school <- factor(rep(seq_len(S), lengths(rows[drawn])))
  lme4::fixef(lme4::lmer(y ~ arm + x + (1 | school), again))
}, plan$times)
small <- table(plan$small_sample)
fit <- lmerTest::lmer(y ~ arm + x + (1 | school), small)
found$small_sample <- best(function() {
  pbkrtest::get_Lb_ddf(fit, c(0, 1, 0)); pbkrtest::vcovAdj(fit); lmerTest::contest1D(fit, c(0, 1, 0)) }, 1)
kr <- lmerTest::contest1D(fit, c(0, 1, 0), ddf = "Kenward-Roger")
satterthwaite <- lmerTest::contest1D(fit, c(0, 1, 0))
found$values <- list(kr_se = kr[["Std. Error"]], kr_df = kr$df, satterthwaite_df = satterthwaite$df)
cat(toJSON(found, auto_unbox = TRUE, digits = NA))
