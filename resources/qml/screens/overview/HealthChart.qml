import QtQuick
import "../../theme"
import "../../controls"

// Sent an hour as bars, what waited as a line above them.
Item {
    id: health
    property var rows: []
    readonly property var line: rows.map((row, i) => Qt.point((i + 0.5) * (width - bars.axis) / Math.max(1, rows.length),
                                                              (bars.height - bars.foot) * (1 - row.waiting / bars.most)))

    BarChart {
        id: bars
        anchors { bottomMargin: 28; fill: parent }
        labels: (fmt.locale, health.rows.map(row => fmt.hour(row.hour)))
        values: health.rows.map(row => row.sent)
    }
    // A line in steps, of upright rectangles only: nothing else is surely clipped without a graphics card.
    Repeater {
        model: health.rows
        Item {
            id: step
            required property int index
            readonly property point here: health.line[index] || Qt.point(0, 0)
            readonly property point next: health.line[index + 1] || here
            readonly property real wide: (health.width - bars.axis) / Math.max(1, health.rows.length)
            x: bars.axis
            Rectangle { color: Theme.attention; height: 3; radius: 1; width: step.wide; x: step.here.x - step.wide / 2; y: step.here.y - 2 }
            Rectangle {
                color: Theme.attention
                height: Math.abs(step.next.y - step.here.y)
                visible: height > 0
                width: 3
                x: step.here.x + step.wide / 2 - 2
                y: Math.min(step.here.y, step.next.y)
            }
        }
    }
    Row {
        anchors { bottom: parent.bottom; left: parent.left; leftMargin: bars.axis }
        spacing: 8
        Rectangle { anchors.verticalCenter: parent.verticalCenter; color: Theme.accent; height: 12; radius: 3; width: 12 }
        AppText { font.pixelSize: Theme.small; muted: true; text: qsTr("Sent in the hour") }
        Item { height: 1; width: 8 }
        Rectangle { anchors.verticalCenter: parent.verticalCenter; color: Theme.attention; height: 3; radius: 1; width: 18 }
        AppText { font.pixelSize: Theme.small; muted: true; text: qsTr("Waiting at most") }
    }
}
