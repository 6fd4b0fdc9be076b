{{/*
A file of rules as it is, but for slo.yaml: its rules hold the promises of the values, each in the rule that has it there, for
the release's namespace alone: other releases in the same Prometheus have promises of their own.
Takes root, path.
*/}}
{{- define "autoglm.rulesFile" -}}
{{- $text := .root.Files.Get .path -}}
{{- if ne (base .path) "slo.yaml" -}}
{{- $text -}}
{{- else -}}
{{- $slo := .root.Values.slo -}}
{{- $file := fromYaml $text -}}
{{- range $rule := (first $file.groups).rules -}}
{{- $_ := set $rule "labels" (set ($rule.labels | default dict) "namespace" $.root.Release.Namespace) -}}
{{- if eq $rule.record "autoglm:slo_objective:ratio" -}}
{{- $ratio := ternary $slo.availability $slo.firstTokenRatio (eq $rule.labels.slo "availability") -}}
{{- $_ := set $rule "expr" (printf "vector(%v)" $ratio) -}}
{{- else if eq $rule.record "autoglm:slo_first_token_bound:info" -}}
{{- $_ := set $rule.labels "le" (include "autoglm.bucket" (index $slo.firstTokenSeconds $rule.labels.kind)) -}}
{{- else if eq $rule.record "autoglm:slo_least_requests:count" -}}
{{- $_ := set $rule "expr" (printf "vector(%d)" (int $slo.leastRequests)) -}}
{{- else -}}
{{- fail (printf "The rule %s of slo.yaml has no value in the chart." $rule.record) -}}
{{- end -}}
{{- end -}}
{{- toYaml $file -}}
{{- end -}}
{{- end -}}

{{/* Upper end of a histogram's bucket, as Prometheus shows it: "1.0", "2.5". */}}
{{- define "autoglm.bucket" -}}
{{- if eq (floor .) (float64 .) -}}{{ printf "%.1f" (float64 .) }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}
