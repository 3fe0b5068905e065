{{- define "boomgate.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "boomgate.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "boomgate.labels" -}}
{{ include "boomgate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "boomgate.image" -}}
{{- with .Values.image.digest }}{{ $.Values.image.repository }}@{{ . }}{{ else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{/* The secret with the variables of the gateway: the one that is there, or the chart's own. */}}
{{- define "boomgate.secret" -}}
{{- with .Values.secret.existingSecret }}{{ . }}{{ else }}{{ include "boomgate.name" . }}{{ end }}
{{- end }}

{{- define "boomgate.publicUrl" -}}
{{- required "expected publicUrl, how agents and people reach the gateway, such as https://boomgate.example.com" .Values.publicUrl }}
{{- end }}

{{- define "boomgate.envFrom" -}}
- secretRef:
    name: {{ include "boomgate.secret" . }}
{{- with .Values.redis.existingSecret }}
- secretRef:
    name: {{ . }}
{{- end }}
{{- end }}

{{- define "boomgate.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The configuration file; where metrics are on, with the token that Prometheus presents. */}}
{{- define "boomgate.config" -}}
{{- $config := deepCopy .Values.config }}
{{- if .Values.metrics.enabled }}
{{- $_ := set $config "metrics" (merge (dict "token" "${env:BOOMGATE_METRICS_TOKEN}") (get $config "metrics" | default dict)) }}
{{- end }}
{{- toPrettyJson $config }}
{{- end }}
