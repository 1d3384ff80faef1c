import QtQuick
import "../theme"

// Bars over a common axis, with a value axis of round steps; the tallest may be named.
Item {
    id: chart
    property var values: []
    property var labels: []
    property real step: niceStep(Math.max(1, ...values))
    readonly property real most: step * Math.max(1, Math.ceil(Math.max(1, ...values) / step))
    readonly property real axis: Math.round(52 * Math.min(1.4, Theme.scale))
    readonly property real foot: Math.round(22 * Theme.scale)
    property var axisText: value => fmt.number(value)
    property var names: []

    function niceStep(most) {
        const rough = most / 4
        const power = Math.pow(10, Math.floor(Math.log10(Math.max(1, rough))))
        const lead = rough / power
        return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power
    }
    Accessible.role: Accessible.Chart
    Repeater {
        model: Math.round(chart.most / chart.step) + 1
        Item {
            required property int index
            readonly property real level: index * chart.step
            width: chart.width
            y: (chart.height - chart.foot) * (1 - level / chart.most)
            Rectangle { color: Theme.line; height: 1; width: parent.width - chart.axis; x: chart.axis }
            AppText {
                font.pixelSize: Theme.small
                horizontalAlignment: Text.AlignRight
                muted: true
                text: (fmt.locale, chart.axisText(parent.level))
                width: chart.axis - 8
                y: Math.max(-height / 2, -height / 2)
            }
        }
    }
    Row {
        height: chart.height
        width: chart.width - chart.axis
        x: chart.axis
        Repeater {
            model: chart.values.length
            Item {
                id: bar
                required property int index
                readonly property real value: chart.values[index]
                height: chart.height
                width: parent.width / chart.values.length
                Accessible.name: (chart.labels[index] || "") + ": " + (chart.names[index] || value)
                Accessible.role: Accessible.StaticText
                Rectangle {
                    anchors.horizontalCenter: parent.horizontalCenter
                    bottomLeftRadius: 0
                    bottomRightRadius: 0
                    color: Theme.accent
                    height: Math.max(bar.value > 0 ? 2 : 0, (chart.height - chart.foot) * bar.value / chart.most)
                    radius: 4
                    width: Math.max(4, Math.min(44, bar.width * 0.6))
                    visible: bar.value > 0
                    y: chart.height - chart.foot - height
                }
                AppText {
                    anchors { bottom: parent.bottom; horizontalCenter: parent.horizontalCenter }
                    font.pixelSize: Theme.small
                    muted: true
                    text: chart.labels[bar.index] || ""
                    visible: implicitWidth < bar.width * 2 && (implicitWidth < bar.width || bar.index % 2 === 0)
                }
            }
        }
    }
}
