{{/* What every pod has: security, pull secrets, placement. Takes root and settings (nodeSelector, tolerations, …). */}}
{{- define "autoglm.podSettings" -}}
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .settings.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .settings.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* A value as a configuration file would have it: whole numbers without an exponent. */}}
{{- define "autoglm.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{/* Environment variables of configuration keys and of extraEnv. Takes config (by key) and extra (a list). */}}
{{- define "autoglm.environment" -}}
{{- range $index, $key := keys .config | sortAlpha }}
{{- if $index }}
{{ end -}}
- name: {{ include "autoglm.environmentName" $key }}
  value: {{ include "autoglm.text" (index $.config $key) | quote }}
{{- end }}
{{- with .extra }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
The kubelet asks over HTTP on the management port: its gRPC probes cannot present a client certificate.
Takes startupSeconds. Liveness waits until the start is over, and is patient: it only finds a process that is beyond help.
*/}}
{{- define "autoglm.probes" -}}
startupProbe:
  httpGet:
    path: /q/health/started
    port: management
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: {{ divf .startupSeconds 5 | ceil | int }}
livenessProbe:
  httpGet:
    path: /q/health/live
    port: management
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /q/health/ready
    port: management
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}

{{/*
Time that a pod gets to end: preStop, the time in which others learn of it (for the gateway also five seconds with
readiness off, its autoglm.http.shutdown-linger), the drain, and a margin to close. Takes settings.
*/}}
{{- define "autoglm.graceSeconds" -}}
{{ add .preStopSeconds .leaveSeconds 5 .drainSeconds 15 }}
{{- end -}}

{{- define "autoglm.preStop" -}}
{{- if gt (int .preStopSeconds) 0 -}}
lifecycle:
  preStop:
    sleep:
      seconds: {{ int .preStopSeconds }}
{{- end }}
{{- end -}}
